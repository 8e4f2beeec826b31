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
 * and whether one can always be found that did not come. Beyond {@link TextCount#MANY} values no
 * text runs out of them.
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
    return values(type, new HashSet<>());
  }

  /** As {@link #values(int)}, where some types around this one are being counted. */
  private long values(int type, Set<Integer> around) {
    if (!types.possible(type)) {
      return 0;
    } else if (!around.add(type)) {
      return 1;
    }
    TypeAlternatives found = types.alternatives(type);
    long arrays = 0;
    long objects = 0;
    for (ArrayShape shape : found.arrays()) {
      arrays = types.possible(shape) ? Math.max(arrays, values(shape, around)) : arrays;
    }
    for (ObjectShape shape : found.objects()) {
      objects = types.possible(shape) ? Math.max(objects, values(shape, around)) : objects;
    }
    around.remove(type);
    return Math.min(scalarValues(type) + arrays + objects, TextCount.MANY);
  }

  private long scalarValues(int type) {
    Regex scalars = scalars(type);
    long many = count.of(scalars);
    long few = many >= TextCount.MANY ? -1 : DistinctItems.count(types.pool(), scalars);
    return few < 0 ? many : few;
  }

  /** Counts arrays that differ in their first item, or in one after it, or in their length. */
  private long values(ArrayShape shape, Set<Integer> around) {
    boolean endless = shape.most() == Regex.UNBOUNDED && shape.distinct() == null;
    if (shape.match() >= 0) {
      return endless && types.possible(shape.other()) ? TextCount.MANY : 1;
    }
    long most = 0;
    for (int i = 0; i < Math.min(shape.prefix().size() + 1L, shape.most()); i++) {
      long here = values(shape.type(i), around);
      if (here == 0) {
        endless = false;
        break;
      }
      most = Math.max(most, here);
    }
    return endless ? TextCount.MANY : most + (shape.least() == 0 || most == 0 ? 1 : 0);
  }

  /** Counts objects that differ in a member that must be there, or in one that may. */
  private long values(ObjectShape shape, Set<Integer> around) {
    long all = 1;
    long some = 0;
    boolean room = hasRoom(shape);
    for (int i = 0; i < shape.names().size(); i++) {
      long here = values(shape.types().get(i), around);
      if (shape.required().get(i)) {
        all = Math.min(all * here, TextCount.MANY);
      } else if (room) {
        some = Math.max(some, here);
      }
    }
    return room && hasManyKeys(shape) ? TextCount.MANY : Math.max(all, some);
  }

  private static boolean hasRoom(ObjectShape shape) {
    return shape.most() > shape.required().stream().filter(needed -> needed).count();
  }

  /**
   * The most items of an array whose items must differ: where they are neither arrays nor objects,
   * nor any of them of a type of its own, no more than there are values.
   */
  public long most(ArrayShape shape) {
    return isSimple(shape) ? Math.min(shape.most(), values(shape.rest())) : shape.most();
  }

  private boolean isSimple(ArrayShape shape) {
    TypeAlternatives items = types.alternatives(shape.rest());
    return shape.match() < 0
        && shape.prefix().isEmpty()
        && items.arrays().stream().noneMatch(types::possible)
        && items.objects().stream().noneMatch(types::possible)
        && values(shape.rest()) < TextCount.MANY;
  }

  /**
   * Whether for each item that an array must have, a value is left, whichever came before.
   *
   * @param shape one whose items must differ
   */
  public boolean isEnough(ArrayShape shape) {
    if (shape.match() >= 0) {
      long others = values(shape.other());
      boolean counted = shape.mostMatches() != Regex.UNBOUNDED;
      long matches = Math.min(values(shape.match()), shape.mostMatches());
      return matches >= shape.leastMatches() && others + (counted ? matches : 0) >= shape.least();
    }
    return isEnough(shape, shape.least());
  }

  /** Whether the items before an index never run out of values. */
  private boolean isEnough(ArrayShape shape, long index) {
    int prefix = shape.prefix().size();
    for (int i = 0; i < Math.min(prefix, index); i++) {
      if (values(shape.type(i)) <= alike(shape, i)) {
        return false;
      }
    }
    return index <= prefix || isMany(shape.rest(), index - prefix + alike(shape, prefix));
  }

  private boolean isMany(int type, long wanted) {
    long found = values(type);
    return found >= TextCount.MANY || found >= wanted;
  }

  /** How many of the first items may have a value that the item at an index may have, too. */
  private int alike(ArrayShape shape, int index) {
    int found = 0;
    for (int i = 0; i < Math.min(index, shape.prefix().size()); i++) {
      found += types.overlap(shape.type(i), shape.type(index)) ? 1 : 0;
    }
    return found;
  }

  /**
   * Whether the items of an array can always go on to differ from those before, those that need not
   * come too, without a look at more than the next lexeme.
   */
  public boolean isEasy(ArrayShape shape) {
    boolean counted = shape.match() >= 0;
    int later = counted ? shape.other() : shape.rest();
    boolean enough =
        counted
            ? values(later) >= TextCount.MANY
            : isSimple(shape) || isEnough(shape, most(shape, later));
    return enough
        && isEndless(later)
        && shape.prefix().stream().allMatch(this::isEndless)
        && (!counted || isEndless(shape.match()));
  }

  private long most(ArrayShape shape, int later) {
    return types.possible(later) ? shape.most() : Math.min(shape.most(), shape.prefix().size());
  }

  /** Whether the arrays and objects of a type may always go on to differ from others. */
  private boolean isEndless(int type) {
    TypeAlternatives found = types.alternatives(type);
    return found.arrays().stream().filter(types::possible).allMatch(this::isEndless)
        && found.objects().stream().filter(types::possible).allMatch(this::isEndless);
  }

  private boolean isEndless(ArrayShape shape) {
    int later = shape.match() >= 0 ? shape.other() : shape.rest();
    boolean goesOn =
        shape.most() == Regex.UNBOUNDED
            && types.possible(later)
            && shape.prefix().stream().allMatch(types::possible);
    return goesOn && (shape.distinct() == null || values(later) >= TextCount.MANY);
  }

  private boolean isEndless(ObjectShape shape) {
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
