package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.device.DeviceMismatchException;
import io.pinion.generate.SamplingParameters;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of every mode at once, with one tensor after the other made out to lie elsewhere. */
class SamplerGuardTest {
  private static final int VOCABULARY = 26;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logits",
        "numbers",
        "mask",
        "mask_rows",
        "mask_bits",
        "penalties",
        "prompt_token_ids",
        "counts",
        "sequence_weights",
        "logprobs",
        "next_token_ids",
        "beam_scores"
      })
  void aTensorOnAnotherDeviceIsCaughtByName(String displaced) {
    DeviceGuard guard = new DeviceGuard(Device.cpu(), () -> "task 7");
    TensorGuard mutation =
        (operation, tensors) -> guard.check(operation, displace(tensors, displaced));
    try (Sampler sampler = Sampler.open(Device.cpu(), VOCABULARY, 4, mutation);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      assertThatThrownBy(() -> step(sampler, manager))
          .isInstanceOf(DeviceMismatchException.class)
          .hasMessageContaining(displaced)
          .hasMessageContaining("gpu(3)")
          .hasMessageContaining("task 7");
    }
  }

  private static void step(Sampler sampler, NDManager manager) {
    PenaltyCounts counts = sampler.penaltyCounts();
    List<SamplingBatch.Row> rows =
        List.of(
            row(sampling(0, 1), null, PenaltyCounts.NONE),
            row(sampling(0, 1), new byte[] {1, 0, 0, 0}, PenaltyCounts.NONE),
            row(sampling(1, 1), null, PenaltyCounts.NONE),
            row(sampling(1, 1), new byte[] {2, 0, 0, 0}, PenaltyCounts.NONE),
            row(sampling(0, 1.5), null, counts.start(new int[] {1})));
    SamplingBatch.Row beam = row(sampling(0, 1), null, PenaltyCounts.NONE);
    SamplingBatch.Beams beams = new SamplingBatch.Beams(List.of(beam), new double[1], 4);
    NDArray logits = manager.zeros(new Shape(1, VOCABULARY));
    sampler.choose(logits, new SamplingBatch(rows, List.of(beams)));
  }

  private static SamplingParameters sampling(double temperature, double repetitionPenalty) {
    return new SamplingParameters(
        temperature, 1, 0, 0, repetitionPenalty, 0, 0, 9, 0, List.of(), List.of(), 0, 1, 0, false);
  }

  private static SamplingBatch.Row row(SamplingParameters sampling, byte[] allowed, int slot) {
    TokenMask mask = allowed == null ? null : new TokenMask(allowed);
    return new SamplingBatch.Row(0, sampling, mask, 7, 0, 0, slot);
  }

  private static Map<String, NDArray> displace(Map<String, NDArray> tensors, String name) {
    Map<String, NDArray> displaced = new LinkedHashMap<>(tensors);
    displaced.computeIfPresent(name, (key, tensor) -> elsewhere(tensor));
    return displaced;
  }

  private static NDArray elsewhere(NDArray tensor) {
    return (NDArray)
        Proxy.newProxyInstance(
            NDArray.class.getClassLoader(),
            new Class<?>[] {NDArray.class},
            (proxy, method, arguments) ->
                method.getName().equals("getDevice")
                    ? Device.gpu(3)
                    : method.invoke(tensor, arguments));
  }
}
