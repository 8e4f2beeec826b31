package io.pinion.guide.json.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One way to satisfy a set of schemas: what it says about each type of value, the schemas not yet
 * looked into, and the choices not yet made.
 */
final class Disjunct {
  static final int NULL = 1;
  static final int TRUE = 2;
  static final int FALSE = 4;
  static final int INTEGER = 8;
  static final int FRACTION = 16;
  static final int STRING = 32;
  static final int ARRAY = 64;
  static final int OBJECT = 128;
  static final int NUMBER = INTEGER | FRACTION;
  static final int BOOLEAN = TRUE | FALSE;
  static final int EVERY = 255;

  /** Something that a branch is told. */
  interface Fact {
    void addTo(Disjunct branch);
  }

  int types = EVERY;
  final StringConstraints strings;
  final NumberConstraints numbers;
  final ArrayConstraints arrays;
  final ObjectConstraints objects;
  private final Deque<Integer> open = new ArrayDeque<>();
  private final Set<Integer> known = new HashSet<>();
  private final List<List<Fact>> choices = new ArrayList<>();

  Disjunct(JsonStringEncoding spelling) {
    strings = new StringConstraints(spelling);
    numbers = new NumberConstraints(spelling.pool());
    arrays = new ArrayConstraints();
    objects = new ObjectConstraints();
  }

  private Disjunct(Disjunct other) {
    types = other.types;
    strings = other.strings.copy();
    numbers = other.numbers.copy();
    arrays = other.arrays.copy();
    objects = other.objects.copy();
    open.addAll(other.open);
    known.addAll(other.known);
    choices.addAll(other.choices);
  }

  Disjunct copy() {
    return new Disjunct(this);
  }

  void only(int mask) {
    types &= mask;
  }

  /** A schema, or its complement, holds. */
  void require(int literal) {
    if (known.contains(literal ^ 1)) {
      types = 0;
    } else if (known.add(literal)) {
      open.add(literal);
    }
  }

  boolean knows(int literal) {
    return known.contains(literal);
  }

  /** The next schema to look into, or -1. */
  int next() {
    return open.isEmpty() ? -1 : open.poll();
  }

  /** At least one of the options holds. */
  void choose(List<Fact> options) {
    if (options.size() == 1) {
      options.get(0).addTo(this);
    } else if (options.isEmpty()) {
      types = 0;
    } else {
      choices.add(options);
    }
  }

  /** The choice to make next, the one with the fewest options; null when none is left. */
  List<Fact> nextChoice() {
    if (choices.isEmpty()) {
      return null;
    }
    int best = 0;
    for (int i = 1; i < choices.size(); i++) {
      if (choices.get(i).size() < choices.get(best).size()) {
        best = i;
      }
    }
    return choices.remove(best);
  }

  boolean dead() {
    if ((types & STRING) != 0 && strings.impossible()) {
      types &= ~STRING;
    }
    if ((types & NUMBER) != 0 && numbers.impossible()) {
      types &= ~NUMBER;
    }
    if (arrays.least > arrays.most) {
      types &= ~ARRAY;
    }
    if (objects.least > objects.most || objects.required.size() > objects.most) {
      types &= ~OBJECT;
    }
    return types == 0;
  }
}
