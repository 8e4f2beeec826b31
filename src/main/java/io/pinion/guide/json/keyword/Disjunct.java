package io.pinion.guide.json.keyword;

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
public final class Disjunct {
  public static final int NULL = 1;
  public static final int TRUE = 2;
  public static final int FALSE = 4;
  public static final int INTEGER = 8;
  public static final int FRACTION = 16;
  public static final int STRING = 32;
  public static final int ARRAY = 64;
  public static final int OBJECT = 128;
  public static final int NUMBER = INTEGER | FRACTION;
  public static final int BOOLEAN = TRUE | FALSE;
  public static final int EVERY = 255;

  /** Something that must be so. */
  public interface Constraint {
    void addTo(Disjunct branch);

    /** The value is of some types, and what is said about those is so. */
    static Constraint on(int types, Constraint constraint) {
      return branch -> {
        branch.only(types);
        constraint.addTo(branch);
      };
    }
  }

  public int types = EVERY;
  public final StringConstraints strings;
  public final NumberConstraints numbers;
  public final ArrayConstraints arrays;
  public final ObjectConstraints objects;
  private final Deque<Integer> open = new ArrayDeque<>();
  private final Set<Integer> known = new HashSet<>();
  private final List<List<Constraint>> choices = new ArrayList<>();

  public Disjunct(JsonStringEncoding spelling) {
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

  public Disjunct copy() {
    return new Disjunct(this);
  }

  public void only(int mask) {
    types &= mask;
  }

  /** A schema, or its complement, holds. */
  public void require(int literal) {
    if (known.contains(literal ^ 1)) {
      types = 0;
    } else if (known.add(literal)) {
      open.add(literal);
    }
  }

  /** The next literal to expand, or -1. */
  public int next() {
    return open.isEmpty() ? -1 : open.poll();
  }

  /** How much is said, by which the work with this branch grows. */
  public int size() {
    return known.size() + choices.size() + objects.size();
  }

  /** At least one of the options holds. */
  public void choose(List<Constraint> options) {
    if (options.size() == 1) {
      options.get(0).addTo(this);
    } else if (options.isEmpty()) {
      types = 0;
    } else {
      choices.add(options);
    }
  }

  /** The choice to make next, the one with the fewest options; null when none is left. */
  public List<Constraint> nextChoice() {
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

  public boolean dead() {
    if ((types & STRING) != 0 && strings.impossible()) {
      types &= ~STRING;
    }
    if ((types & NUMBER) != 0 && numbers.impossible()) {
      types &= ~NUMBER;
    }
    if (arrays.least > arrays.most || arrays.unique != null && arrays.repeating != null) {
      types &= ~ARRAY;
    }
    if (objects.least > objects.most || objects.required.size() > objects.most) {
      types &= ~OBJECT;
    }
    return types == 0;
  }
}
