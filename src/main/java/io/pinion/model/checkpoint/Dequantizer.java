package io.pinion.model.checkpoint;

import io.pinion.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Converts stored weights to floats, block by block, in the block formats that ggml defines.
 *
 * <p>Each block holds one or two f16 scales and small integers; the K formats use super-blocks of
 * 256 numbers with 6-bit scales for sub-blocks of 32 (Q4_K, Q5_K) or 8-bit scales for 16 (Q6_K).
 */
public final class Dequantizer {
  private Dequantizer() {}

  /**
   * Converts the first {@code count} numbers of {@code source}, from its position.
   *
   * @param count a multiple of the type's block size
   */
  public static void dequantize(TensorType type, ByteBuffer source, float[] target, int count) {
    int blocks = count / type.blockElements();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    source.duplicate().get(bytes);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < blocks; block++) {
      block(type, data, block * type.blockBytes(), target, block * type.blockElements());
    }
  }

  private static void block(TensorType type, ByteBuffer data, int at, float[] target, int to) {
    switch (type) {
      case F32 -> target[to] = data.getFloat(at);
      case F16 -> target[to] = half(data.getShort(at));
      case BF16 -> target[to] = Float.intBitsToFloat(data.getShort(at) << 16);
      case Q8_0 -> q80(data, at, target, to);
      case Q4_0 -> nibbles(data, half(data, at), -8 * half(data, at), at + 2, -1, target, to);
      case Q4_1 -> nibbles(data, half(data, at), half(data, at + 2), at + 4, -1, target, to);
      case Q5_0 -> nibbles(data, half(data, at), -16 * half(data, at), at + 6, at + 2, target, to);
      case Q5_1 -> nibbles(data, half(data, at), half(data, at + 2), at + 8, at + 4, target, to);
      case Q4_K -> kBlock(data, at, -1, at + 16, target, to);
      case Q5_K -> kBlock(data, at, at + 16, at + 48, target, to);
      case Q6_K -> q6k(data, at, target, to);
    }
  }

  private static void q80(ByteBuffer data, int at, float[] target, int to) {
    float scale = half(data, at);
    for (int i = 0; i < 32; i++) {
      target[to + i] = scale * data.get(at + 2 + i);
    }
  }

  /** 32 4-bit numbers, low halves first; {@code highs} is the offset of the fifth bits, or -1. */
  private static void nibbles(
      ByteBuffer data, float scale, float minimum, int at, int highs, float[] target, int to) {
    int high = highs < 0 ? 0 : data.getInt(highs);
    for (int i = 0; i < 16; i++) {
      int pair = data.get(at + i);
      int low = pair & 15 | (high >>> i & 1) << 4;
      int upper = pair >>> 4 & 15 | (high >>> (i + 16) & 1) << 4;
      target[to + i] = scale * low + minimum;
      target[to + i + 16] = scale * upper + minimum;
    }
  }

  /** 8 sub-blocks of 32 4-bit numbers; {@code highs} is the offset of the fifth bits, or -1. */
  private static void kBlock(
      ByteBuffer data, int at, int highs, int numbers, float[] target, int to) {
    float scale = half(data, at);
    float minimum = half(data, at + 2);
    for (int sub = 0; sub < 8; sub++) {
      float d = scale * sixBits(data, at + 4, sub, false);
      float m = minimum * sixBits(data, at + 4, sub, true);
      for (int i = 0; i < 32; i++) {
        int value = data.get(numbers + 32 * (sub / 2) + i) >>> (sub % 2 * 4) & 15;
        if (highs >= 0) {
          value |= (data.get(highs + i) >>> sub & 1) << 4;
        }
        target[to + 32 * sub + i] = d * value - m;
      }
    }
  }

  /** The scale or minimum of a sub-block: 6 bits, packed into 12 bytes for eight pairs. */
  private static int sixBits(ByteBuffer data, int at, int sub, boolean minimum) {
    int shift = minimum ? 4 : 0;
    if (sub < 4) {
      return data.get(at + sub + shift) & 63;
    }
    int low = data.get(at + sub + 4) >>> shift & 15;
    int high = data.get(at + sub - 4 + shift) >>> 6 & 3;
    return low | high << 4;
  }

  private static void q6k(ByteBuffer data, int at, float[] target, int to) {
    float scale = half(data, at + 208);
    for (int i = 0; i < 256; i++) {
      int part = i / 128;
      int quarter = i % 128 / 32;
      int lane = i % 32;
      int low = data.get(at + 64 * part + 32 * (quarter % 2) + lane) >>> (quarter / 2 * 4) & 15;
      int high = data.get(at + 128 + 32 * part + lane) >>> (2 * quarter) & 3;
      target[to + i] = scale * data.get(at + 192 + i / 16) * ((low | high << 4) - 32);
    }
  }

  private static float half(ByteBuffer data, int at) {
    return half(data.getShort(at));
  }

  /** IEEE 754 half precision; Java 17 has no conversion of its own. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 31;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
