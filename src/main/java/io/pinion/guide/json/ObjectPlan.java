package io.pinion.guide.json;

import io.pinion.guide.json.type.ObjectShape;
import io.pinion.guide.json.type.TypeSolver;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@link ObjectShape} prepared for the network: which members may come given those that came.
 *
 * <p>A set of keys that came is a bit per name. Where the order is fixed, the names passed over
 * count as having come.
 */
final class ObjectPlan {
  private final BitSet required = new BitSet();
  private final BitSet known = new BitSet();
  private final long least;
  private final long most;
  private final int names;
  private final int ordered;
  private final int[] keys;
  private final int[] types;
  private final int end;

  /**
   * A plan.
   *
   * @param distinct whether the object must differ from those beside it in an array
   */
  ObjectPlan(
      ObjectShape shape,
      TypeSolver schema,
      JsonPunctuation tokens,
      boolean anyOrder,
      boolean distinct) {
    this.end = tokens.objectEnd(distinct);
    this.least = shape.least();
    this.most = shape.most();
    this.names = shape.names().size();
    this.ordered = anyOrder ? 0 : shape.ordered();
    Map<Integer, RegexList> others = others(shape, schema);
    this.keys = new int[names + others.size()];
    this.types = new int[keys.length];
    for (int i = 0; i < names; i++) {
      types[i] = shape.types().get(i);
      if (schema.possible(types[i])) {
        known.set(i);
        keys[i] = tokens.key(schema.spelling().text(shape.names().get(i)), false);
      }
      if (shape.required().get(i)) {
        required.set(i);
      }
    }
    boolean distinctKeys =
        shape.countsOtherKeys() || distinct && schema.distinct().hasManyKeys(shape);
    int at = names;
    for (Map.Entry<Integer, RegexList> other : others.entrySet()) {
      types[at] = other.getKey();
      keys[at++] = tokens.key(schema.pool().or(other.getValue()), distinctKeys);
    }
  }

  private static Map<Integer, RegexList> others(ObjectShape shape, TypeSolver schema) {
    Map<Integer, RegexList> found = new LinkedHashMap<>();
    for (int i = 0; i < shape.otherKeys().size(); i++) {
      int type = shape.otherTypes().get(i);
      if (schema.possible(type)) {
        found.computeIfAbsent(type, t -> new RegexList()).add(shape.otherKeys().get(i));
      }
    }
    return found;
  }

  /** The lexeme that ends the object. */
  int end() {
    return end;
  }

  int key(int member) {
    return keys[member];
  }

  int type(int member) {
    return types[member];
  }

  /** The keys that came once a member came too. */
  BitSet with(BitSet seen, int member) {
    BitSet after = (BitSet) seen.clone();
    after.set(0, Math.min(member + 1, ordered));
    if (member >= ordered && member < names) {
      after.set(member);
    }
    return after;
  }

  /** The number of members, no higher than it matters. */
  int counted(int count) {
    return most == Regex.UNBOUNDED ? (int) Math.min(count, least) : count;
  }

  boolean mayEnd(BitSet seen, int count) {
    return count >= least && missing(seen) == 0;
  }

  private int missing(BitSet seen) {
    BitSet missing = (BitSet) required.clone();
    missing.andNot(seen);
    return missing.cardinality();
  }

  /** The members that may come next: names by their place, then the classes of other keys. */
  List<Integer> next(BitSet seen, int count) {
    List<Integer> found = new ArrayList<>();
    int missing = missing(seen);
    boolean roomForOptional = (long) count + 1 + missing <= most;
    boolean roomForRequired = (long) count + missing <= most;
    for (int i = known.nextSetBit(0); i >= 0; i = known.nextSetBit(i + 1)) {
      if (seen.get(i)) {
        continue;
      }
      boolean needed = required.get(i);
      if ((needed ? roomForRequired : roomForOptional) && enough(seen, i, count)) {
        found.add(i);
      }
      if (needed && i < ordered) {
        return found;
      }
    }
    if (roomForOptional && (ordered == 0 || missing == 0)) {
      for (int i = names; i < keys.length; i++) {
        found.add(i);
      }
    }
    return found;
  }

  /** Of the members that may come next, one that must come if there is such a one; else all. */
  List<Integer> needed(BitSet seen, int count) {
    BitSet missing = (BitSet) required.clone();
    missing.andNot(seen);
    int first = missing.nextSetBit(0);
    return first >= 0 ? List.of(first) : next(seen, count);
  }

  /** Whether the least number of members can still be reached after one more. */
  private boolean enough(BitSet seen, int member, int count) {
    if (keys.length > names || count + 1L >= least) {
      return true;
    }
    BitSet left = (BitSet) known.clone();
    left.andNot(with(seen, member));
    return count + 1L + left.cardinality() >= least;
  }
}
