package io.pinion.model;

/** The storage formats of weights. */
public enum TensorType {
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  Q8_0(32, 34),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210);

  private final int blockElements;
  private final int blockBytes;

  TensorType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Number of elements per block; 1 for the plain types. */
  public int blockElements() {
    return blockElements;
  }

  /** Number of bytes per block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether elements are stored individually, in a type that libtorch also has. */
  public boolean plain() {
    return blockElements == 1;
  }

  /** The value of libtorch's {@code ScalarType} for a plain type. */
  public long torchType() {
    return switch (this) {
      case F16 -> 5;
      case F32 -> 6;
      case BF16 -> 15;
      default -> throw new IllegalArgumentException(this + " is not a plain type");
    };
  }
}
