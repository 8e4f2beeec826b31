package io.pinion.generate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.FamilySettings;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A model whose logits are a pure function of the sequence so far. Its "cache" is the tokens
 * themselves, so a slot that was mixed up shows in what comes out.
 */
public final class FakeModel implements LanguageModel {
  /** As many as the real model keeps. */
  public static final int MAX_PREFIXES = 4;

  public final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  final int vocabularySize;
  final int maxLength;
  public final int[][] cache;
  public final int[][] prefixes = new int[MAX_PREFIXES][0];
  public int steps;
  public int largestPrefill;
  public Consumer<Step> watch = step -> {};
  public RuntimeException failure;
  public long cacheTokens = Long.MAX_VALUE;

  public int prefixRows;
  public boolean closed;

  /** Whether what followed the last token before is by far the likeliest to follow again. */
  public boolean quotes;

  /** Runs before each call of the device. */
  public Runnable onCall = () -> {};

  /** Changes the logits of a sequence. */
  public BiConsumer<int[], float[]> change = (sequence, logits) -> {};

  /** A sequence that begins with this token gets logits that are not numbers. */
  public int poison = -1;

  public FakeModel(int vocabularySize, int slots, int maxLength) {
    this.vocabularySize = vocabularySize;
    this.maxLength = maxLength;
    this.cache = new int[slots][0];
  }

  public static float[] logits(int[] sequence, int vocabularySize) {
    Random random = new Random(31L * Arrays.hashCode(sequence) + sequence.length);
    float[] logits = new float[vocabularySize];
    for (int i = 0; i < vocabularySize; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
    return logits;
  }

  @Override
  public int prefixRows() {
    return prefixRows;
  }

  @Override
  public long cacheTokens() {
    return cacheTokens;
  }

  @Override
  public int prefixes() {
    return MAX_PREFIXES;
  }

  @Override
  public ModelConfig config() {
    return new ModelConfig(
        "llama",
        vocabularySize,
        1,
        1,
        1,
        1,
        1,
        1,
        maxLength,
        1e-5,
        1e4,
        new RopeScaling.None(),
        true,
        false,
        false,
        false,
        false,
        0,
        List.of(false),
        -1,
        List.of(0),
        FamilySettings.NONE);
  }

  @Override
  public List<Device> devices() {
    return List.of(Device.cpu());
  }

  @Override
  public int slots() {
    return cache.length;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public NDArray forward(Step step) {
    onCall.run();
    steps++;
    watch.accept(step);
    if (failure != null) {
      throw failure;
    }
    int rows = step.counts().length;
    float[] logits = new float[step.outputs().length * vocabularySize];
    int at = 0;
    int prefill = 0;
    for (int slot = 0; slot < rows; slot++) {
      int count = step.counts()[slot];
      int start = step.starts()[slot];
      if (count < 1 || start > cache[slot].length || start + count > maxLength) {
        throw new IllegalStateException("slot " + slot + ": start " + start + ", count " + count);
      }
      int[] sequence = Arrays.copyOf(cache[slot], start + count);
      System.arraycopy(step.tokenIds(), at, sequence, start, count);
      cache[slot] = sequence;
      at += count;
      prefill += count > 1 ? count : 0;
      for (int j = 0; j < count; j++) {
        int output = Arrays.binarySearch(step.outputs(), at - count + j);
        if (output >= 0) {
          float[] own = logits(Arrays.copyOf(sequence, start + j + 1), vocabularySize);
          quote(own, sequence, start + j);
          if (sequence[0] == poison) {
            Arrays.fill(own, Float.NaN);
          }
          change.accept(sequence, own);
          System.arraycopy(own, 0, logits, output * vocabularySize, vocabularySize);
        }
      }
    }
    largestPrefill = Math.max(largestPrefill, prefill);
    return manager.create(logits, new Shape(step.outputs().length, vocabularySize));
  }

  private void quote(float[] logits, int[] sequence, int last) {
    int before = last - 1;
    while (before >= 0 && sequence[before] != sequence[last]) {
      before--;
    }
    if (quotes && before >= 0) {
      logits[sequence[before + 1]] += 8;
    }
  }

  @Override
  public void copySlots(int[] from, int[] to) {
    onCall.run();
    int[][] before = cache.clone();
    boolean[] written = new boolean[cache.length];
    for (int i = 0; i < from.length; i++) {
      if (written[to[i]]) {
        throw new IllegalStateException("slot " + to[i] + " is written twice");
      }
      written[to[i]] = true;
      cache[to[i]] = before[from[i]];
    }
  }

  @Override
  public void savePrefix(int prefix, int slot, int length) {
    onCall.run();
    prefixes[prefix] = Arrays.copyOf(cache[slot], length);
  }

  @Override
  public void dropPrefix(int prefix) {
    onCall.run();
    prefixes[prefix] = new int[0];
  }

  @Override
  public void loadPrefix(int prefix, int[] into, int length) {
    onCall.run();
    if (length > prefixes[prefix].length) {
      throw new IllegalStateException("prefix " + prefix + " is shorter than " + length);
    }
    for (int slot : into) {
      cache[slot] = Arrays.copyOf(prefixes[prefix], length);
    }
  }

  @Override
  public void close() {
    closed = true;
    manager.close();
  }
}
