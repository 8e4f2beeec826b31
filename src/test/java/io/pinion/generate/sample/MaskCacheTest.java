package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.text.Vocabulary;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Masks that come and go, in groups larger than a block of rows, against the naive sampler. */
class MaskCacheTest {
  private static final int VOCABULARY = 301;
  private static final int SLOTS = 12;

  private final Sampler sampler =
      Sampler.open(
          Device.cpu(),
          VOCABULARY,
          SLOTS,
          new DeviceGuard(Device.cpu(), () -> "task t")::check,
          kernels());
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  /** Whether greedy tokens are chosen by the CPU's kernel. */
  boolean kernels() {
    return false;
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  private static Sequence sequence(String rowId, double temperature, boolean penalised, int row) {
    SamplingParameters sampling =
        new SamplingParameters(
            temperature,
            1,
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
    Vocabulary vocabulary = new Vocabulary(new byte[VOCABULARY][], new BitSet());
    GenerationRequest request = new GenerationRequest(rowId, new int[] {1, 200}, sampling);
    Sequence sequence =
        new Sequence(new SequenceGroup(null, request, 100, VOCABULARY, vocabulary, Set.of(0)), 0);
    sequence.logitsRow = row;
    return sequence;
  }

  private static byte[] mask(Random random, int index) {
    byte[] mask = new byte[(VOCABULARY + 7) / 8];
    int share = List.of(2, 40).get(index % 2);
    for (int token = 0; token < VOCABULARY; token++) {
      if (random.nextInt(share) == 0) {
        mask[token >> 3] |= (byte) (1 << (token & 7));
      }
    }
    mask[index >> 3] |= (byte) (1 << (index & 7));
    return mask;
  }

  private static boolean allowed(byte[] mask, int token) {
    return mask == null || (mask[token >> 3] >> (token & 7) & 1) == 1;
  }

  @Test
  void moreMasksThanTheTableHoldsComeAndGo() {
    Random random = new Random(3);
    List<byte[]> masks =
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
      List<Sequence> sequences = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        boolean own = mixed ? random.nextBoolean() : sampled;
        boolean penalised = mixed && random.nextInt(4) == 0;
        Sequence sequence = sequence("row " + round + " " + row, own ? 0.9 : 0, penalised, row);
        int index = round % 2 == 0 ? random.nextInt(masks.size()) : (near + row / 3) % masks.size();
        // An equal mask is another array.
        sequence.allowed = mixed && random.nextInt(5) == 0 ? null : masks.get(index).clone();
        if (penalised) {
          sampler.start(sequence);
        }
        sequences.add(sequence);
      }
      Collections.shuffle(sequences, random);
      Sampler.Chosen chosen =
          sampler.choose(manager.create(logits, new Shape(rows, VOCABULARY)), sequences, List.of());
      for (Sequence sequence : sequences) {
        assertToken(chosen.tokens().get(sequence), logits, sequence);
        sequence.release();
      }
    }
  }

  private static void assertToken(Sampler.Token token, float[] logits, Sequence sequence) {
    SamplingParameters sampling = sequence.row.request.sampling();
    double[] raw = new double[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      raw[i] = logits[sequence.logitsRow * VOCABULARY + i];
    }
    int[] prompt = sequence.row.request.promptTokenIds();
    double[] masked = ReferenceSampler.penalised(raw, prompt, new int[0], sampling);
    for (int i = 0; i < VOCABULARY; i++) {
      masked[i] = allowed(sequence.allowed, i) ? masked[i] : -1e30;
    }
    assertThat(allowed(sequence.allowed, token.id())).isTrue();
    SamplerTest.assertToken(token, raw, masked, sequence);
  }

  @Test
  void masksThatCouldNotBeStoredAreNotFoundLater() {
    MaskCache table = new MaskCache(sampler.module, Device.cpu(), VOCABULARY, 2 * SLOTS);
    Sequence sequence = sequence("r", 0, false, 0);
    sequence.allowed = mask(new Random(8), 7);
    NDManager closed = manager.newSubManager();
    closed.close();
    assertThatThrownBy(() -> table.rows(closed, List.of(sequence)))
        .isInstanceOf(RuntimeException.class);
    long[] rows = table.rows(manager, List.of(sequence)).toLongArray();
    float[] stored = table.table().get(rows[0]).toFloatArray();
    for (int token = 0; token < VOCABULARY; token++) {
      assertThat(stored[token] == 0).isEqualTo(allowed(sequence.allowed, token));
    }
    table.table().close();
  }
}
