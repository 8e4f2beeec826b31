package io.pinion.model;

/** How the numbers of a weight are stored. */
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

  /** How many numbers one block holds; 1 for the plain types. */
  public int blockElements() {
    return blockElements;
  }

  /** The bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether numbers stand one by one, as libtorch has them too. */
  public boolean plain() {
    return blockElements == 1;
  }

  /** The number that libtorch's {@code ScalarType} has for a plain type. */
  public long torchType() {
    return switch (this) {
      case F16 -> 5;
      case F32 -> 6;
      case BF16 -> 15;
      default -> throw new IllegalArgumentException(this + " is not a plain type");
    };
  }
}
