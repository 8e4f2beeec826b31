package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.DtypeChoice;
import io.pinion.model.runtime.ModelFiles;
import java.util.List;

/**
 * What decides a model's weights in memory, and nothing else: options that differ in how they spell
 * the same, or only in how a batch goes on, have equal keys.
 *
 * @param files the model's files as they are now
 * @param devices what holds its stages
 * @param simulated the addresses that stand for {@code devices} where these are made up
 * @param dtype the types of weights, with "auto" resolved
 */
public record ModelKey(
    ModelFiles files, List<Device> devices, List<String> simulated, DtypeChoice dtype) {

  /**
   * The key of a model.
   *
   * @throws ModelException where the model is missing, or the devices cannot have the dtype
   */
  public static ModelKey of(ModelOptions options, DeviceAssignment assignment) {
    List<Device> devices = assignment.devices();
    return new ModelKey(
        ModelFiles.of(options.path()),
        devices,
        assignment.simulated(),
        DtypeChoice.of(options.dtype(), devices.get(0)));
  }
}
