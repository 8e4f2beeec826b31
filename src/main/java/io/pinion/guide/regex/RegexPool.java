package io.pinion.guide.regex;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.set.ByteSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Creates and interns the expressions of one guide and their derivatives. Not thread-safe; its
 * owner holds the lock.
 *
 * <p>Every new expression and derivative costs fuel. When it runs out, a {@link
 * GuideLimitException} fails the row that needed more.
 */
public final class RegexPool {
  private static final int PER_REGEX = 224;
  private static final int PER_TABLE = 48;

  private final Map<RegexKey, Regex> shared = new HashMap<>();
  private final ClassesPool partitions = new ClassesPool();
  private final RegexAlgebra algebra = new RegexAlgebra(this);
  private final Derivatives derivatives = new Derivatives(this);
  private final Liveness liveness = new Liveness(this);
  private final Regex empty;
  private final Regex epsilon;
  private final Regex all;
  private final Budget budget;

  /**
   * An empty pool.
   *
   * @param fuel how many expressions and derivatives may be created before {@link #refuel}
   */
  public RegexPool(long fuel) {
    this.budget = new Budget(fuel);
    this.empty = shared(new Regex.Empty());
    this.epsilon = shared(new Regex.Epsilon());
    this.all = shared(new Regex.Not(empty));
  }

  public Regex empty() {
    return empty;
  }

  public Regex epsilon() {
    return epsilon;
  }

  /** Matches every byte sequence. */
  public Regex all() {
    return all;
  }

  public Regex bytes(ByteSet set) {
    return set.isEmpty() ? empty : shared(new Regex.Bytes(set));
  }

  public Regex literal(String text) {
    return literal(text.getBytes(StandardCharsets.UTF_8));
  }

  public Regex literal(byte[] text) {
    Regex made = epsilon;
    for (int i = text.length - 1; i >= 0; i--) {
      made = concat(bytes(ByteSet.of(text[i] & 0xff)), made);
    }
    return made;
  }

  /** Matches a text from a place on, as one expression. */
  Regex literal(byte[] text, int from) {
    return from == text.length ? epsilon : shared(new Regex.Literal(text, from));
  }

  public Regex concat(Regex first, Regex second) {
    return algebra.concat(first, second);
  }

  public Regex concat(Regex... parts) {
    Regex made = epsilon;
    for (int i = parts.length - 1; i >= 0; i--) {
      made = concat(parts[i], made);
    }
    return made;
  }

  public Regex or(Regex... parts) {
    RegexList list = new RegexList();
    list.addAll(Arrays.asList(parts));
    return or(list);
  }

  public Regex or(RegexList parts) {
    return algebra.or(parts);
  }

  public Regex and(Regex... parts) {
    RegexList list = new RegexList();
    list.addAll(Arrays.asList(parts));
    return and(list);
  }

  public Regex and(RegexList parts) {
    return algebra.and(parts);
  }

  public Regex not(Regex inner) {
    if (inner instanceof Regex.Not not) {
      return not.inner;
    }
    return inner == empty ? all : shared(new Regex.Not(inner));
  }

  public Regex optional(Regex inner) {
    return repeat(inner, 0, 1);
  }

  public Regex star(Regex inner) {
    return repeat(inner, 0, Regex.UNBOUNDED);
  }

  public Regex plus(Regex inner) {
    return repeat(inner, 1, Regex.UNBOUNDED);
  }

  public Regex repeat(Regex inner, int least, int most) {
    return algebra.repeat(inner, least, most);
  }

  /**
   * A new loop, to be {@linkplain #define defined} before anything else is asked of it.
   *
   * @param leave what it matches without another round
   */
  public Regex.Loop loop(Regex leave) {
    return (Regex.Loop) shared(new Regex.Loop(leave));
  }

  /**
   * Tells what a loop matches.
   *
   * @param definition an expression with the loop in it, but not at its beginning
   */
  public void define(Regex.Loop loop, Regex definition) {
    loop.definition = definition;
  }

  /** Matches the beginning of each text of an expression up to the only place of a mark in it. */
  public Regex beforeMark(Regex inner, int mark) {
    return inner == empty
        ? empty
        : shared(new Regex.BeforeMark(inner, mark, alive(next(inner, mark))));
  }

  /** What follows the head of an expression; epsilon if the head is the complete expression. */
  public Regex tail(Regex regex) {
    return regex instanceof Regex.Concat concat ? concat.tail : epsilon;
  }

  /** The derivative by a byte, computed once per class of bytes. */
  public Regex next(Regex regex, int value) {
    if (regex instanceof Regex.Concat concat && concat.head instanceof Regex.Bytes bytes) {
      return bytes.set.contains(value) ? concat.tail : empty;
    }
    ByteClasses classes = classes(regex);
    int index = classes.classOf(value);
    Regex next = regex.next[index];
    if (next == null) {
      spend();
      next = derivatives.of(regex, value);
      regex.next[index] = next;
    }
    return next;
  }

  /** Whether some text matches. Searches through derivatives if the form does not decide it. */
  public boolean alive(Regex regex) {
    return regex.life != 0 ? regex.life > 0 : liveness.search(regex);
  }

  /** Whether every text that matches the first expression matches the second, too. */
  public boolean subset(Regex first, Regex second) {
    return first == second || !alive(and(first, not(second)));
  }

  public boolean matches(Regex regex, byte[] text) {
    Regex state = regex;
    for (byte value : text) {
      state = next(state, value & 0xff);
    }
    return state.nullable;
  }

  public ByteClasses classes(Regex regex) {
    if (regex.classes == null) {
      regex.classes = derivatives.classes(regex);
      regex.next = new Regex[regex.classes.count()];
      hold(PER_TABLE + 4L * regex.next.length);
    }
    return regex.classes;
  }

  public ByteClasses classes(Regex[] parts) {
    spend(parts.length);
    if (parts.length == 2) {
      return combine(firstClasses(parts[0]), firstClasses(parts[1]));
    }
    ByteClasses[] each = new ByteClasses[parts.length];
    for (int i = 0; i < parts.length; i++) {
      each[i] = firstClasses(parts[i]);
    }
    return partitions.combine(each);
  }

  /**
   * Like {@link #classes(Regex)}, but allocates no table of derivatives if {@link #next} needs
   * none.
   */
  private ByteClasses firstClasses(Regex regex) {
    return regex instanceof Regex.Concat concat && concat.head instanceof Regex.Bytes bytes
        ? partitions.of(bytes.set)
        : classes(regex);
  }

  public ByteClasses classes(ByteSet set) {
    return partitions.of(set);
  }

  ByteClasses combine(ByteClasses first, ByteClasses second) {
    return partitions.combine(first, second);
  }

  public ByteClasses oneClass() {
    return partitions.one();
  }

  ByteClasses digitClasses() {
    return partitions.digits();
  }

  /** The interned expression that equals the given one. */
  public Regex shared(Regex made) {
    RegexKey key = RegexKey.of(made);
    Regex known = shared.get(key);
    if (known != null) {
      return known;
    }
    spend();
    hold(PER_REGEX + 4L * key.parts().length);
    made.id = shared.size();
    shared.put(key, made);
    return made;
  }

  /** How many expressions the pool holds. */
  int size() {
    return shared.size();
  }

  public void spend() {
    spend(1);
  }

  public void spend(int steps) {
    budget.spend(steps);
  }

  /** Restores the full budget, for a new row or the next step of a compiler. */
  public void refuel() {
    refuel(Long.MAX_VALUE);
  }

  /** As {@link #refuel()}, with fewer steps. */
  public void refuel(long steps) {
    budget.renew(steps);
  }

  /** The steps that were spent since the budget was last restored. */
  public long steps() {
    return budget.steps();
  }

  /** Counts bytes that the guide's automata keep from now on. */
  public void hold(long bytes) {
    budget.hold(bytes);
  }

  /** The estimated memory use of the guide's automata in bytes. */
  public long bytes() {
    return budget.bytes();
  }

  /** As {@link #bytes}, when the budget was last restored; any thread may ask. */
  public long bytesAtLastTurn() {
    return budget.bytesAtLastTurn();
  }

  /** Whether half of the bytes are held; any thread may ask. */
  public boolean isWorn() {
    return budget.bytesAtLastTurn() > Budget.MAX_BYTES / 2;
  }

  List<Regex> derivatives(Regex regex) {
    ByteClasses classes = classes(regex);
    List<Regex> found = new ArrayList<>(classes.count());
    for (int i = 0; i < classes.count(); i++) {
      found.add(next(regex, classes.member(i)));
    }
    return found;
  }
}
