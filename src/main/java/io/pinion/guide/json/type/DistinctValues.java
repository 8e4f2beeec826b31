package io.pinion.guide.json.type;

import io.pinion.guide.distinct.FreshValues;
import io.pinion.guide.json.keyword.NumberRange;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.TextCount;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What arrays whose items must differ need to know of the items' types: how many values there are,
 * and whether one can always be found that did not come.
 *
 * <p>An array or object among the items may end only where it differs from those before it. So it
 * must be able to go on there for as long as it takes: it is {@linkplain #endless endless}.
 */
public final class DistinctValues {
  private final TypeSolver types;
  private final TextCount count;
  private final Regex numbers;

  public DistinctValues(TypeSolver types) {
    this.types = types;
    this.count = FreshValues.counter(types.pool());
    this.numbers = new NumberRange(types.pool()).withFewSpellings();
  }

  /**
   * The texts of a type's values that are neither arrays nor objects. Each value has only so many
   * spellings: numbers that may be fractions have no zeros at the end of one.
   */
  public Regex scalars(int type) {
    RegexList found = new RegexList();
    for (TypeBranch branch : types.alternatives(type).branches()) {
      for (ScalarValues scalar : branch.scalars()) {
        boolean fractions = scalar.kind() == ValueShape.Scalar.NUMBER;
        found.add(fractions ? types.pool().and(scalar.texts(), numbers) : scalar.texts());
      }
    }
    return types.pool().or(found);
  }

  /**
   * At least so many values a type has; just so many where that is below many and there are neither
   * arrays nor objects among them.
   */
  long values(int type) {
    return hasMany(type, new HashSet<>())
        ? TextCount.MANY
        : scalarValues(type) + (hasParts(type) ? 1 : 0);
  }

  /** Whether a type surely has many values. */
  private boolean hasMany(int type, Set<Integer> around) {
    if (!types.possible(type) || !around.add(type)) {
      return false;
    }
    TypeAlternatives found = types.alternatives(type);
    boolean many =
        count.of(scalars(type)) >= TextCount.MANY
            || found.arrays().stream().anyMatch(a -> types.possible(a) && hasMany(a, around))
            || found.objects().stream().anyMatch(o -> types.possible(o) && hasMany(o, around));
    around.remove(type);
    return many;
  }

  private boolean hasMany(ArrayShape shape, Set<Integer> around) {
    if (shape.match() >= 0) {
      return endless(shape);
    }
    for (int i = 0; i < Math.min(shape.prefix().size() + 1L, shape.most()); i++) {
      if (!types.possible(shape.type(i))) {
        return false;
      } else if (hasMany(shape.type(i), around)) {
        return true;
      }
    }
    return shape.most() == Regex.UNBOUNDED && shape.distinct() == null;
  }

  private boolean hasMany(ObjectShape shape, Set<Integer> around) {
    long needed = shape.required().stream().filter(required -> required).count();
    boolean room = shape.most() > needed;
    for (int i = 0; i < shape.names().size(); i++) {
      if ((room || shape.required().get(i)) && hasMany(shape.types().get(i), around)) {
        return true;
      }
    }
    return room && hasManyKeys(shape);
  }

  private long scalarValues(int type) {
    Regex scalars = scalars(type);
    long many = count.of(scalars);
    long few = many >= TextCount.MANY ? -1 : DistinctItems.count(types.pool(), scalars);
    return few < 0 ? many : few;
  }

  /**
   * The most items that an array whose items must differ can have, no more than its shape says; -1
   * where that depends on which items come first.
   */
  public long most(ArrayShape shape) {
    if (shape.match() >= 0) {
      return mostWithMatches(shape);
    }
    long prefix = Math.min(shape.prefix().size(), shape.most());
    for (int i = 0; i < prefix; i++) {
      if (types.possible(shape.type(i)) && values(shape.type(i)) <= alike(shape, i)) {
        return -1;
      }
    }
    if (shape.most() <= prefix || !types.possible(shape.rest())) {
      return shape.most();
    }
    long values = values(shape.rest());
    long shared = alike(shape, shape.prefix().size());
    long most = values >= TextCount.MANY ? Regex.UNBOUNDED : prefix + values - shared;
    if (hasParts(shape.rest()) && prefix == 0) {
      return most < shape.least() ? -1 : shape.most();
    }
    boolean exact = shared == 0 && !hasParts(shape.rest());
    return !exact && most < shape.most() ? -1 : Math.min(most, shape.most());
  }

  /** Whether arrays or objects are of a type. */
  private boolean hasParts(int type) {
    TypeAlternatives found = types.alternatives(type);
    return found.arrays().stream().anyMatch(types::possible)
        || found.objects().stream().anyMatch(types::possible);
  }

  /** How many of the first items may have a value that the item at an index may have, too. */
  private int alike(ArrayShape shape, int index) {
    int found = 0;
    for (int i = 0; i < Math.min(index, shape.prefix().size()); i++) {
      found += types.overlap(shape.type(i), shape.type(index)) ? 1 : 0;
    }
    return found;
  }

  private long mostWithMatches(ArrayShape shape) {
    boolean free = types.possible(shape.other()) && values(shape.other()) >= TextCount.MANY;
    long wanted =
        shape.mostMatches() == Regex.UNBOUNDED ? shape.leastMatches() : shape.mostMatches();
    boolean enough =
        wanted == 0 || types.possible(shape.match()) && values(shape.match()) >= wanted;
    return free && enough ? shape.most() : -1;
  }

  /** Whether the arrays and objects of a type may always go on to differ from others. */
  public boolean endless(int type) {
    TypeAlternatives found = types.alternatives(type);
    return found.arrays().stream().filter(types::possible).allMatch(this::endless)
        && found.objects().stream().filter(types::possible).allMatch(this::endless);
  }

  private boolean endless(ArrayShape shape) {
    int later = shape.match() >= 0 ? shape.other() : shape.rest();
    boolean goesOn =
        shape.most() == Regex.UNBOUNDED
            && types.possible(later)
            && shape.prefix().stream().allMatch(types::possible);
    return goesOn && (shape.distinct() == null || values(later) >= TextCount.MANY);
  }

  private boolean endless(ObjectShape shape) {
    return shape.most() == Regex.UNBOUNDED && hasManyKeys(shape);
  }

  /** Whether there are more keys, beside those with names, than any text has. */
  public boolean hasManyKeys(ObjectShape shape) {
    List<Regex> keys = shape.otherKeys();
    for (int i = 0; i < keys.size(); i++) {
      if (types.possible(shape.otherTypes().get(i)) && count.of(keys.get(i)) >= TextCount.MANY) {
        return true;
      }
    }
    return false;
  }
}
