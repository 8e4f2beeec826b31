package io.pinion.guide.json;

import java.util.BitSet;

/** A place in a value, which is a state of a {@link JsonNetwork}. */
sealed interface JsonStateKey {
  /** What may come in an object or array. */
  enum Phase {
    START,
    FIRST,
    VALUE,
    AFTER,
    NEXT
  }

  int rule();

  /** How much memory the place needs beyond that of any other, in bytes. */
  default long bytes() {
    return this instanceof InObject place ? place.seen.size() / Byte.SIZE : 0;
  }

  /** Before a value of the root's type. */
  record Root(int rule) implements JsonStateKey {}

  /** After a value of a rule. */
  record End(int rule) implements JsonStateKey {}

  /**
   * In an object.
   *
   * @param plan the number of its plan
   * @param seen the keys that came
   * @param count the members that came
   * @param member the member whose value comes, in phase VALUE
   */
  record InObject(int rule, int plan, Phase phase, BitSet seen, int count, int member)
      implements JsonStateKey {}

  /**
   * In an array.
   *
   * @param plan the number of its plan
   * @param index the items that came
   * @param matches those among them that count as contained
   * @param seen a bit for each value that came, where items must differ
   */
  record InArray(int rule, int plan, Phase phase, int index, int matches, long seen)
      implements JsonStateKey {}
}
