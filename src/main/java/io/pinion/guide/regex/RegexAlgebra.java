package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Simplifies expressions to a normal form, so that derivatives come back to known states: identity
 * and zero elements are removed, unions are flat and sorted, common heads are factored out, counted
 * repeats are merged.
 */
final class RegexAlgebra {
  /**
   * How many parts of a list cost one step of the budget: long lists take more time than the
   * expression that they become.
   */
  private static final int PARTS_OF_A_STEP = 2;

  private static final Comparator<Regex> BY_ID = Comparator.comparingInt(regex -> regex.id);

  private final RegexPool pool;

  RegexAlgebra(RegexPool pool) {
    this.pool = pool;
  }

  Regex concat(Regex first, Regex second) {
    if (first == pool.empty() || second == pool.empty()) {
      return pool.empty();
    }
    if (first == pool.epsilon()) {
      return second;
    }
    List<Regex> heads = new ArrayList<>();
    Regex rest = first;
    while (rest instanceof Regex.Concat concat) {
      heads.add(concat.head);
      rest = concat.tail;
    }
    pool.spend(heads.size() / PARTS_OF_A_STEP);
    Regex made = prepend(rest, second);
    for (int i = heads.size() - 1; i >= 0; i--) {
      made = prepend(heads.get(i), made);
    }
    return made;
  }

  private Regex prepend(Regex head, Regex tail) {
    if (tail == pool.epsilon()) {
      return head;
    }
    if (head == pool.all() && tail.head() == pool.all()) {
      return tail;
    }
    if (head instanceof Regex.Repeat one
        && tail.head() instanceof Regex.Repeat other
        && one.inner == other.inner) {
      int most = sum(one.most, other.most);
      Regex both = repeat(one.inner, sum(one.least, other.least), most);
      Regex after = pool.tail(tail);
      return after == pool.epsilon() ? both : pool.shared(new Regex.Concat(both, after));
    }
    return pool.shared(new Regex.Concat(head, tail));
  }

  private static int sum(int first, int second) {
    return (int) Math.min((long) first + second, Regex.UNBOUNDED);
  }

  Regex repeat(Regex inner, int least, int most) {
    if (most == 0 || inner == pool.epsilon()) {
      return pool.epsilon();
    }
    if (inner == pool.empty()) {
      return least == 0 ? pool.epsilon() : inner;
    }
    if (inner == pool.all() || least == 1 && most == 1) {
      return least == 0 && !inner.nullable ? pool.or(pool.epsilon(), inner) : inner;
    }
    int fewest = inner.nullable ? 0 : least;
    if (inner instanceof Regex.Repeat repeat && fewest == 0 && repeat.least <= 1) {
      boolean endless = repeat.most == Regex.UNBOUNDED || most == Regex.UNBOUNDED;
      long times = endless ? Regex.UNBOUNDED : (long) repeat.most * most;
      return repeat(repeat.inner, 0, (int) Math.min(times, Regex.UNBOUNDED));
    }
    if (inner instanceof Regex.Bytes bytes
        && bytes.set.equals(ByteSet.ALL)
        && fewest == 0
        && most == Regex.UNBOUNDED) {
      return pool.all();
    }
    return pool.shared(new Regex.Repeat(inner, fewest, most));
  }

  Regex or(RegexList parts) {
    pool.spend(parts.size() / PARTS_OF_A_STEP);
    RegexList flat = new RegexList();
    ByteSet single = ByteSet.NONE;
    boolean nullable = false;
    for (Regex part : parts) {
      if (part == pool.all()) {
        return part;
      } else if (part instanceof Regex.Or or) {
        for (Regex inner : or.parts) {
          if (inner instanceof Regex.Bytes bytes) {
            single = single.union(bytes.set);
          } else {
            flat.add(inner);
          }
        }
      } else if (part instanceof Regex.Bytes bytes) {
        single = single.union(bytes.set);
      } else if (part != pool.empty()) {
        flat.add(part);
      }
      nullable |= part.nullable && part != pool.epsilon();
    }
    if (!single.isEmpty()) {
      flat.add(pool.bytes(single));
    }
    if (nullable) {
      dropNeedlessEpsilon(flat);
    }
    return union(flat);
  }

  private void dropNeedlessEpsilon(RegexList flat) {
    for (Regex part : flat) {
      if (part.nullable && part != pool.epsilon()) {
        flat.removeIf(candidate -> candidate == pool.epsilon());
        return;
      }
    }
  }

  private Regex union(RegexList flat) {
    if (flat.isEmpty()) {
      return pool.empty();
    }
    if (flat.size() > 1) {
      sort(flat);
      if (factorHeads(flat) | joinRepeats(flat)) {
        return or(flat);
      }
    }
    if (flat.size() == 1) {
      return flat.get(0);
    }
    if (flat.size() == 2 && flat.contains(pool.epsilon())) {
      Regex other = flat.get(0) == pool.epsilon() ? flat.get(1) : flat.get(0);
      if (other instanceof Regex.Repeat repeat && repeat.least == 1) {
        return repeat(repeat.inner, 0, repeat.most);
      }
      return repeat(other, 0, 1);
    }
    return pool.shared(new Regex.Or(flat.toArray(Regex[]::new)));
  }

  private static void sort(RegexList flat) {
    flat.sort(BY_ID);
    int kept = 1;
    for (int i = 1; i < flat.size(); i++) {
      if (flat.get(i) != flat.get(kept - 1)) {
        flat.set(kept++, flat.get(i));
      }
    }
    flat.subList(kept, flat.size()).clear();
  }

  /** Rewrites {@code ax|ay} as {@code a(x|y)}. Returns whether anything changed. */
  private boolean factorHeads(RegexList flat) {
    if (!sharesHeads(flat)) {
      return false;
    }
    Map<Regex, RegexList> tails = new LinkedHashMap<>();
    for (Regex part : flat) {
      tails.computeIfAbsent(part.head(), head -> new RegexList()).add(pool.tail(part));
    }
    flat.clear();
    tails.forEach((head, rest) -> flat.add(concat(head, or(rest))));
    return true;
  }

  private static boolean sharesHeads(RegexList flat) {
    if (flat.size() <= 8) {
      for (int i = 1; i < flat.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (flat.get(i).head() == flat.get(j).head()) {
            return true;
          }
        }
      }
      return false;
    }
    Map<Regex, Boolean> heads = new HashMap<>();
    for (Regex part : flat) {
      if (heads.put(part.head(), true) != null) {
        return true;
      }
    }
    return false;
  }

  private record Counted(Regex inner, Regex after) {}

  /** Rewrites {@code x{0,5}y|x{3,9}y} as {@code x{0,9}y}. Returns whether anything changed. */
  private boolean joinRepeats(RegexList flat) {
    Map<Counted, Integer> seen = new HashMap<>();
    for (int i = 0; i < flat.size(); i++) {
      if (flat.get(i).head() instanceof Regex.Repeat repeat) {
        Counted key = new Counted(repeat.inner, pool.tail(flat.get(i)));
        Integer place = seen.putIfAbsent(key, i);
        if (place != null && touch(repeat, (Regex.Repeat) flat.get(place).head())) {
          Regex.Repeat other = (Regex.Repeat) flat.get(place).head();
          int most = Math.max(repeat.most, other.most);
          Regex joined = repeat(repeat.inner, Math.min(repeat.least, other.least), most);
          flat.remove(i);
          flat.set(place, concat(joined, key.after));
          return true;
        }
      }
    }
    return false;
  }

  private static boolean touch(Regex.Repeat one, Regex.Repeat other) {
    return one.least <= (long) other.most + 1 && other.least <= (long) one.most + 1;
  }

  Regex and(RegexList parts) {
    pool.spend(parts.size() / PARTS_OF_A_STEP);
    RegexList flat = new RegexList();
    ByteSet single = null;
    for (Regex part : parts) {
      if (part == pool.empty()) {
        return part;
      } else if (part instanceof Regex.And and) {
        flat.addAll(List.of(and.parts));
      } else if (part instanceof Regex.Bytes bytes) {
        single = single == null ? bytes.set : single.intersection(bytes.set);
      } else if (part != pool.all()) {
        flat.add(part);
      }
    }
    if (single != null) {
      if (single.isEmpty()) {
        return pool.empty();
      }
      flat.add(pool.bytes(single));
    }
    return intersection(flat);
  }

  private Regex intersection(RegexList flat) {
    if (flat.isEmpty()) {
      return pool.all();
    }
    sort(flat);
    if (flat.size() == 1) {
      return flat.get(0);
    }
    if (flat.contains(pool.epsilon())) {
      boolean nullable = flat.stream().allMatch(part -> part.nullable);
      return nullable ? pool.epsilon() : pool.empty();
    }
    for (Regex part : flat) {
      if (part instanceof Regex.Not not && flat.contains(not.inner)) {
        return pool.empty();
      }
    }
    return pool.shared(new Regex.And(flat.toArray(Regex[]::new)));
  }
}
