package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.SamplingParameters;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Masks that come and go, in groups larger than a block of rows, against the naive sampler. */
class MaskCacheTest {
  private static final int VOCABULARY = 301;
  private static final int SLOTS = 12;
  private static final int[] PROMPT = {1, 200};

  private final Sampler sampler =
      Sampler.open(
          Device.cpu(),
          VOCABULARY,
          SLOTS,
          new DeviceGuard(Device.cpu(), () -> "task t")::check,
          kernels(),
          asynchronous());
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  /** Whether greedy tokens are chosen by the CPU's kernel. */
  boolean kernels() {
    return false;
  }

  /** Whether the sampler works as on GPUs. */
  boolean asynchronous() {
    return false;
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  private static SamplingParameters sampling(double temperature, boolean penalised) {
    return new SamplingParameters(
        temperature,
        temperature > 0 ? 0.98 : 1,
        0,
        0,
        penalised ? 1.3 : 1,
        0,
        0,
        9,
        0,
        List.of(),
        List.of(),
        5,
        1,
        0,
        false);
  }

  private static TokenMask mask(Random random, int index) {
    byte[] mask = new byte[(VOCABULARY + 7) / 8];
    int share = List.of(2, 40).get(index % 2);
    for (int token = 0; token < VOCABULARY; token++) {
      if (random.nextInt(share) == 0) {
        mask[token >> 3] |= (byte) (1 << (token & 7));
      }
    }
    mask[index >> 3] |= (byte) (1 << (index & 7));
    return new TokenMask(mask);
  }

  private static boolean allowed(TokenMask mask, int token) {
    return mask == null || mask.allows(token);
  }

  @Test
  void moreMasksThanTheCacheHoldsComeAndGo() {
    Random random = new Random(3);
    List<TokenMask> masks =
        IntStream.range(0, 5 * SLOTS).mapToObj(index -> mask(random, index)).toList();
    for (int round = 0; round < 150; round++) {
      int rows = 1 + random.nextInt(SLOTS);
      float[] logits = new float[rows * VOCABULARY];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (3 * random.nextGaussian());
      }
      // Mostly all of one kind, so that groups are larger than a block.
      boolean mixed = random.nextInt(3) == 0;
      boolean sampled = random.nextBoolean();
      int near = random.nextInt(masks.size());
      List<SamplingBatch.Row> batch = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        boolean own = mixed ? random.nextBoolean() : sampled;
        boolean penalised = mixed && random.nextInt(4) == 0;
        int index = round % 2 == 0 ? random.nextInt(masks.size()) : (near + row / 3) % masks.size();
        TokenMask allowed = mixed && random.nextInt(5) == 0 ? null : masks.get(index);
        int slot = penalised ? sampler.penaltyCounts().start(PROMPT) : PenaltyCounts.NONE;
        long key = CounterRandom.key(5, "row " + round + " " + row);
        SamplingParameters sampling = sampling(own ? 0.9 : 0, penalised);
        batch.add(new SamplingBatch.Row(row, sampling, allowed, key, 0, 0, slot));
      }
      Collections.shuffle(batch, random);
      Sampler.Chosen chosen =
          sampler.choose(
              manager.create(logits, new Shape(rows, VOCABULARY)),
              new SamplingBatch(batch, List.of()));
      for (int i = 0; i < rows; i++) {
        assertToken(chosen.tokens().get(i), logits, batch.get(i));
        sampler.penaltyCounts().free(batch.get(i).penaltySlot());
      }
    }
  }

  private static void assertToken(Sampler.Token token, float[] logits, SamplingBatch.Row row) {
    double[] raw = new double[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      raw[i] = logits[row.logitsRow() * VOCABULARY + i];
    }
    double[] masked = ReferenceSampler.penalised(raw, PROMPT, new int[0], row.sampling());
    for (int i = 0; i < VOCABULARY; i++) {
      masked[i] = allowed(row.allowed(), i) ? masked[i] : -1e30;
    }
    assertThat(allowed(row.allowed(), token.id())).isTrue();
    SamplerTest.assertToken(token, raw, masked, row);
  }

  @Test
  void masksThatCouldNotBeStoredAreNotFoundLater() {
    DeviceGuard guard = new DeviceGuard(Device.cpu(), () -> "task t");
    TorchScriptModule compiled =
        TorchScriptModule.compile(SamplerSource.CLASS, SamplerSource.text(false), Device.cpu());
    try (GuardedModule module = new GuardedModule(compiled, guard::check, Device.cpu())) {
      MaskCache cache = new MaskCache(module, VOCABULARY, 2 * SLOTS);
      TokenMask mask = mask(new Random(8), 7);
      NDManager closed = manager.newSubManager();
      closed.close();
      assertThatThrownBy(() -> cache.rows(closed, List.of(mask)))
          .isInstanceOf(RuntimeException.class);
      int[] rows = cache.rows(manager, List.of(mask));
      float[] stored = cache.table().get(rows[0]).toFloatArray();
      for (int token = 0; token < VOCABULARY; token++) {
        assertThat(stored[token] == 0).isEqualTo(allowed(mask, token));
      }
    }
  }
}
