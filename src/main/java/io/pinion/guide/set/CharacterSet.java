package io.pinion.guide.set;

/**
 * The characters that a part of a pattern takes, where engines may differ: those that it takes in
 * every reading, and those that it takes in some. Immutable.
 */
public record CharacterSet(CodePoints every, CodePoints some) {
  public static final CharacterSet NONE = of(CodePoints.NONE);

  /** Characters that all readings agree about. */
  public static CharacterSet of(CodePoints set) {
    return new CharacterSet(set, set);
  }

  /** At least the first characters, and at most those and the others. */
  public static CharacterSet between(CodePoints every, CodePoints others) {
    return new CharacterSet(every, every.union(others));
  }

  public CharacterSet complement() {
    return new CharacterSet(some.complement(), every.complement());
  }

  /** This set with the other cases of its letters. */
  public CharacterSet foldCase() {
    return new CharacterSet(every.foldCase(), some.foldEveryCase());
  }

  /** As {@link #foldCase}, where letters are equal that have one upper or one lower case. */
  public CharacterSet foldEveryCase() {
    return new CharacterSet(every.foldEveryCase(), some.foldEveryCase());
  }

  /** Joins sets, in time that grows with their ranges. Not thread-safe. */
  public static final class Builder {
    private final CodePoints.Builder every = new CodePoints.Builder();
    private final CodePoints.Builder some = new CodePoints.Builder();

    public void add(CharacterSet set) {
      every.add(set.every);
      some.add(set.some);
    }

    public CharacterSet build() {
      return new CharacterSet(every.build(), some.build());
    }
  }
}
