package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.device.DeviceMismatchException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.text.Vocabulary;
import java.lang.reflect.Proxy;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of every mode at once, with one tensor after the other made out to lie elsewhere. */
class SamplerGuardTest {
  private static final int VOCABULARY = 26;

  @ParameterizedTest
  @ValueSource(strings = {"logits", "mask", "sequence_weights", "logprobs", "next_token_ids"})
  void aTensorOnAnotherDeviceIsCaughtByName(String displaced) {
    DeviceGuard guard = new DeviceGuard(Device.cpu(), () -> "task 7");
    Sampler.Guard mutation =
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
    Sequence greedy = sequence(sampling(0, 0, 0));
    Sequence masked = sequence(sampling(0, 0, 4));
    assertThat(masked.row.allow(masked)).isTrue();
    Sequence sampled = sequence(sampling(1, 0, 0));
    Sequence beam = sequence(sampling(0, 2, 0));
    beam.row.live.add(beam);
    NDArray logits = manager.zeros(new Shape(1, VOCABULARY));
    sampler.choose(logits, List.of(greedy, masked, sampled), List.of(beam.row));
  }

  private static SamplingParameters sampling(double temperature, int beamWidth, int minTokens) {
    return new SamplingParameters(
        temperature, 1, 0, 0, 1, 0, 0, 9, minTokens, List.of(), List.of(), 0, 1, beamWidth, false);
  }

  private static Sequence sequence(SamplingParameters sampling) {
    GenerationRequest request = new GenerationRequest("r", new int[] {1}, sampling);
    Vocabulary vocabulary = new Vocabulary(new byte[VOCABULARY][], new BitSet());
    return new Sequence(
        new SequenceGroup(null, request, 100, VOCABULARY, vocabulary, Set.of(0)), 0);
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
