package io.pinion.model.checkpoint;

import io.pinion.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Seeded random weights in every stored type: any bits, but scales that give numbers near 0.1. */
public final class RandomBlocks {
  private final Random random;

  public RandomBlocks(long seed) {
    this.random = new Random(seed);
  }

  /** Blocks for {@code count} numbers, a multiple of the type's block. */
  public byte[] next(TensorType type, int count) {
    int blocks = count / type.blockElements();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    random.nextBytes(bytes);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < blocks; block++) {
      scale(type, data, block * type.blockBytes());
    }
    return bytes;
  }

  private void scale(TensorType type, ByteBuffer data, int at) {
    switch (type) {
      case F32 -> data.putFloat(at, gaussian());
      case BF16 -> data.putShort(at, (short) (Float.floatToRawIntBits(gaussian()) >>> 16));
      case F16 -> data.putShort(at, half(8 + random.nextInt(5), random.nextInt(2)));
      case Q8_0 -> data.putShort(at, half(5, random.nextInt(2)));
      case Q4_0 -> data.putShort(at, half(9, random.nextInt(2)));
      case Q5_0 -> data.putShort(at, half(8, random.nextInt(2)));
      case Q4_1 -> pair(data, at, half(9, 0), half(12, 1));
      case Q5_1 -> pair(data, at, half(8, 0), half(12, 1));
      case Q4_K -> pair(data, at, half(3, 0), half(6, 0));
      case Q5_K -> pair(data, at, half(2, 0), half(6, 0));
      case Q6_K -> data.putShort(at + 208, half(1, random.nextInt(2)));
    }
  }

  private float gaussian() {
    return (float) random.nextGaussian() * 0.1f;
  }

  private static void pair(ByteBuffer data, int at, short scale, short minimum) {
    data.putShort(at, scale).putShort(at + 2, minimum);
  }

  /** A half-precision number from 2^(exponent-15) to twice that, negative where sign is 1. */
  private short half(int exponent, int sign) {
    return (short) (sign << 15 | exponent << 10 | random.nextInt(1024));
  }
}
