package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.DtypeChoice;
import io.pinion.model.runtime.ModelFiles;
import java.util.List;

/**
 * Identifies a model's weights in memory. Options have equal keys if they spell the same weights
 * differently, or differ only in how batches are generated.
 *
 * @param files the model's files as they are now
 * @param devices the devices of its stages, in order
 * @param simulated the addresses of {@code devices} if these are simulated; else empty
 * @param dtype the data type of the weights, with "auto" resolved
 */
public record ModelKey(
    ModelFiles files, List<Device> devices, List<String> simulated, DtypeChoice dtype) {

  /**
   * The key of a model.
   *
   * @throws ModelException if the model is missing, or the devices do not support the dtype
   */
  public static ModelKey of(ModelOptions options, DeviceAssignment assignment) {
    List<Device> devices = assignment.devices();
    return new ModelKey(
        ModelFiles.of(options.path()),
        devices,
        assignment.simulated(),
        options.dtypeOn(devices.get(0)));
  }
}
