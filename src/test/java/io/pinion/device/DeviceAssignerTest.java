package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceAssignerTest {
  private static final List<String> UUIDS =
      List.of("GPU-1a2b-00", "GPU-1a2c-01", "MIG-5f00-02", "GPU-9999-03");

  private static DeviceAssigner assigner(String policy, String visible, int gpus) {
    return new DeviceAssigner(policy, false, visible, () -> UUIDS.subList(0, gpus));
  }

  @Test
  void anAddressIsTheDeviceOfThatIndex() {
    DeviceAssignment assigned = assigner("auto", null, 4).assign(List.of("3"));
    assertThat(assigned.devices()).containsExactly(Device.gpu(3));
    assertThat(assigned.describe()).isEqualTo("cuda:3");
    assertThat(assigned.reason()).contains("Spark's resource scheduler");
  }

  @Test
  void severalAddressesAreDevicesInTheirOrder() {
    DeviceAssignment assigned = assigner("gpu", null, 4).assign(List.of("2", "0"));
    assertThat(assigned.devices()).containsExactly(Device.gpu(2), Device.gpu(0));
    assertThat(assigned.describe()).isEqualTo("cuda:2+cuda:0");
  }

  @Test
  void visibleDevicesMapAnAddressToTheOrdinalThatPyTorchCounts() {
    DeviceAssigner assigner = assigner("auto", "5, 7", 2);
    assertThat(assigner.assign(List.of("7")).devices()).containsExactly(Device.gpu(1));
    assertThat(assigner.assign(List.of("5")).devices()).containsExactly(Device.gpu(0));
    assertThat(
            assigner("auto", "GPU-1a2b-00,GPU-1a2c-01", 2).assign(List.of("GPU-1a2c-01")).devices())
        .containsExactly(Device.gpu(1));
  }

  @Test
  void aUuidIsTheDeviceThatHasIt() {
    DeviceAssigner assigner = assigner("auto", null, 4);
    assertThat(assigner.assign(List.of("GPU-9999-03")).devices()).containsExactly(Device.gpu(3));
    assertThat(assigner.assign(List.of("MIG-5f00-02")).devices()).containsExactly(Device.gpu(2));
    assertThat(assigner.assign(List.of("gpu-1A2C")).devices()).containsExactly(Device.gpu(1));
    assertThat(assigner("auto", "3,1", 2).assign(List.of("GPU-1a2c")).devices())
        .containsExactly(Device.gpu(1));
    assertThatThrownBy(() -> assigner.assign(List.of("GPU-1a2")))
        .hasMessageContaining("the UUIDs of 2 GPUs begin so");
    assertThatThrownBy(() -> assigner.assign(List.of("GPU-7")))
        .hasMessageContaining("gpu GPU-7 to this task, which is not visible");
  }

  @Test
  void aGpuHasOneAddress() {
    for (String address : List.of("00", "01", "+1", "1 ", "", "-0", "1.0", "99999999999")) {
      assertThatThrownBy(() -> assigner("auto", null, 4).assign(List.of(address)))
          .as(address)
          .hasMessageContaining("which is not visible");
    }
    assertThatThrownBy(() -> assigner("auto", null, 4).assign(List.of("1", "GPU-1a2c")))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("gpus 1, GPU-1a2c, which are not different GPUs");
  }

  @Test
  void anAddressThatIsNotVisibleIsRefused() {
    assertThatThrownBy(() -> assigner("auto", "5,7", 2).assign(List.of("6")))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("gpu 6 to this task, which is not visible")
        .hasMessageContaining("PyTorch sees 2 GPUs and CUDA_VISIBLE_DEVICES is '5,7'");
    assertThatThrownBy(() -> assigner("auto", null, 2).assign(List.of("2")))
        .hasMessageContaining("gpu 2 to this task, which is not visible")
        .hasMessageContaining("CUDA_VISIBLE_DEVICES is not set");
    assertThatThrownBy(() -> assigner("auto", null, 2).assign(List.of("first")))
        .hasMessageContaining("gpu first");
  }

  @Test
  void anAssignedGpuThatPyTorchDoesNotSeeIsRefusedAndNeverReplacedByTheCpu() {
    assertThatThrownBy(() -> assigner("auto", null, 0).assign(List.of("0")))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("PyTorch sees no GPU")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
  }

  @Test
  void aRequiredGpuThatIsNotAssignedIsRefused() {
    assertThatThrownBy(() -> assigner("gpu", null, 4).assign(List.of()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("device: gpu, but Spark assigned this task no gpu")
        .hasMessageContaining("spark.task.resource.gpu.amount");
  }

  @Test
  void withoutAnAddressTheCpuIsUsedAndTheReasonSaysSo() {
    DeviceAssignment assigned = assigner("auto", null, 4).assign(List.of());
    assertThat(assigned.devices()).containsExactly(Device.cpu());
    assertThat(assigned.reason()).isEqualTo("device: auto, and Spark assigned this task no gpu");
    assertThat(assigner("cpu", null, 4).assign(List.of("1")).devices())
        .containsExactly(Device.cpu());
  }

  @Test
  void aSimulatedAddressIsTheCpuUnderItsOwnName() {
    DeviceAssigner simulated = new DeviceAssigner("gpu", true, null, List::of);
    assertThat(simulated.assign(List.of("0"))).isNotEqualTo(simulated.assign(List.of("1")));
    assertThat(simulated.assign(List.of("0", "1")).describe()).isEqualTo("cpu+cpu (address 0+1)");
  }

  @Test
  void thePolicyCpuIgnoresSimulatedAddresses() {
    DeviceAssigner simulated = new DeviceAssigner("cpu", true, null, List::of);
    assertThat(simulated.assign(List.of("0"))).isEqualTo(simulated.assign(List.of("1")));
    assertThat(simulated.assign(List.of("0")).describe()).isEqualTo("cpu");
  }

  @Test
  void anUnknownPolicyIsRefused() {
    assertThatThrownBy(() -> assigner("tpu", null, 0))
        .isInstanceOf(DeviceException.class)
        .hasMessage("device 'tpu' is unknown: it is one of auto, cpu, gpu");
  }
}
