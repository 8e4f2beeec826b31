package io.pinion.model.checkpoint;

import io.pinion.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The oracle for {@link Dequantizer}: ggml's block formats read as its C structures lay them out,
 * field by field, in double precision.
 */
public final class NaiveDequantizer {
  private final ByteBuffer data;
  private final float[] numbers;
  private int written;

  private NaiveDequantizer(byte[] bytes, int count) {
    this.data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.numbers = new float[count];
  }

  /** All numbers of the bytes. */
  public static float[] dequantize(TensorType type, byte[] bytes) {
    int blocks = bytes.length / type.blockBytes();
    NaiveDequantizer reader = new NaiveDequantizer(bytes, blocks * type.blockElements());
    for (int block = 0; block < blocks; block++) {
      reader.block(type);
    }
    return reader.numbers;
  }

  private void block(TensorType type) {
    switch (type) {
      case F32 -> put(data.getFloat());
      case F16 -> put(half());
      case BF16 -> put(Float.intBitsToFloat(data.getShort() * 65536));
      case Q8_0 -> eightBits(half());
      case Q4_0 -> smallBlock(half(), Double.NaN, 8, false);
      case Q4_1 -> smallBlock(half(), half(), 0, false);
      case Q5_0 -> smallBlock(half(), Double.NaN, 16, true);
      case Q5_1 -> smallBlock(half(), half(), 0, true);
      case Q4_K -> superBlock(false);
      case Q5_K -> superBlock(true);
      case Q6_K -> sixBitBlock();
    }
  }

  private void put(double value) {
    numbers[written++] = (float) value;
  }

  private double half() {
    int bits = data.getShort() & 0xffff;
    int exponent = bits / 1024 % 32;
    double fraction = bits % 1024 / 1024.0;
    double magnitude =
        exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
    return bits >= 0x8000 ? -magnitude : magnitude;
  }

  private int[] unsigned(int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = Byte.toUnsignedInt(data.get());
    }
    return values;
  }

  private void eightBits(double d) {
    for (int i = 0; i < 32; i++) {
      put(d * data.get());
    }
  }

  /** block_q4_0, block_q4_1, block_q5_0 and block_q5_1; m is NaN where zero stands at an offset. */
  private void smallBlock(double d, double m, int offset, boolean fifthBits) {
    int[] qh = fifthBits ? unsigned(4) : new int[4];
    int[] qs = unsigned(16);
    for (int i = 0; i < 32; i++) {
      int nibble = i < 16 ? qs[i] % 16 : qs[i - 16] / 16;
      int fifth = qh[i / 8] >> (i % 8) & 1;
      double scaled = d * (nibble + 16 * fifth - offset);
      put(Double.isNaN(m) ? scaled : scaled + m);
    }
  }

  /** block_q4_K and block_q5_K: d, dmin, scales[12], qh[32] where there is a fifth bit, qs[128]. */
  private void superBlock(boolean fifthBits) {
    double d = half();
    double dmin = half();
    int[] scales = unsigned(12);
    int[] qh = fifthBits ? unsigned(32) : new int[32];
    int[] qs = unsigned(128);
    for (int pair = 0; pair < 4; pair++) {
      for (int upper = 0; upper < 2; upper++) {
        int sub = 2 * pair + upper;
        int[] scaleAndMinimum = scaleAndMinimum(sub, scales);
        for (int l = 0; l < 32; l++) {
          int byteOfPair = qs[32 * pair + l];
          int nibble = upper == 0 ? byteOfPair % 16 : byteOfPair / 16;
          int quantity = nibble + 16 * (qh[l] >> sub & 1);
          put(d * scaleAndMinimum[0] * quantity - dmin * scaleAndMinimum[1]);
        }
      }
    }
  }

  /** get_scale_min_k4 of ggml. */
  private static int[] scaleAndMinimum(int j, int[] q) {
    if (j < 4) {
      return new int[] {q[j] % 64, q[j + 4] % 64};
    }
    return new int[] {q[j + 4] % 16 + q[j - 4] / 64 * 16, q[j + 4] / 16 + q[j] / 64 * 16};
  }

  /** block_q6_K: ql[128], qh[64], scales[16], d; the loop is dequantize_row_q6_K's. */
  private void sixBitBlock() {
    int[] ql = unsigned(128);
    int[] qh = unsigned(64);
    byte[] scales = new byte[16];
    data.get(scales);
    double d = half();
    for (int n = 0; n < 2; n++) {
      for (int l = 0; l < 32; l++) {
        int high = qh[32 * n + l];
        int[] quantities = {
          ql[64 * n + l] % 16 + high % 4 * 16,
          ql[64 * n + l + 32] % 16 + high / 4 % 4 * 16,
          ql[64 * n + l] / 16 + high / 16 % 4 * 16,
          ql[64 * n + l + 32] / 16 + high / 64 * 16
        };
        for (int quarter = 0; quarter < 4; quarter++) {
          int scale = scales[8 * n + l / 16 + 2 * quarter];
          numbers[written + 128 * n + 32 * quarter + l] =
              (float) (d * scale * (quantities[quarter] - 32));
        }
      }
    }
    written += 256;
  }
}
