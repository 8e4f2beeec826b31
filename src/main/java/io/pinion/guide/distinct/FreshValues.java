package io.pinion.guide.distinct;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.TextCount;
import io.pinion.guide.set.ByteSet;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Tells where the {@linkplain Lexer#distinctLexeme distinct} lexemes of a state may end and go on
 * after what the text had before. Of a lexeme that can go on to more values than any text has, it
 * need not look at one; else it searches for a text that ends with a value that did not come.
 *
 * <p>Not thread-safe; the guide holds the lock.
 */
public final class FreshValues {
  /**
   * Bytes by which texts of one value differ: escapes, white space, and what a number can be
   * written with in other ways.
   */
  private static final String OTHER_SPELLINGS = "\\ \t\n\r.eE";

  private record Step(Regex regex, JsonMemory memory, int length) {
    int estimate() {
      return length + regex.shortest;
    }
  }

  private final Lexer lexer;
  private final RegexPool pool;
  private final TextCount values;

  public FreshValues(Lexer lexer) {
    this.lexer = lexer;
    this.pool = lexer.pool();
    this.values = counter(pool);
  }

  /** Counts the values of expressions for the texts of JSON scalars, none of them twice. */
  public static TextCount counter(RegexPool pool) {
    ByteSet ignored = ByteSet.NONE;
    for (char other : OTHER_SPELLINGS.toCharArray()) {
      ignored = ignored.union(ByteSet.of(other));
    }
    return new TextCount(pool, ignored);
  }

  /** The lexemes that may end in a state that a text with some memory led to; null for none. */
  public static LexemeSet ended(LexState state, JsonMemory memory) {
    boolean same = state.ended == state.endedRepeating;
    return same || !memory.repeats() ? state.ended : state.endedRepeating;
  }

  /** Whether it depends on the text before where a state may end or go on. */
  public boolean guards(LexState state) {
    if (state.guarded == 0) {
      state.guarded = (byte) (findsGuarded(state) ? 1 : -1);
    }
    return state.guarded > 0;
  }

  private boolean findsGuarded(LexState state) {
    boolean found = state.ended != state.endedRepeating;
    for (int i = 0; i < state.lexemes.length && state.distinct && !found; i++) {
      found = lexer.isDistinct(state.lexemes[i]) && !hasMany(state.rests[i]);
    }
    return found;
  }

  /** The state without the lexemes that can go on only to what came before. */
  public LexState open(LexState state, JsonMemory memory) {
    if (!guards(state)) {
      return state;
    }
    BitSet kept = new BitSet();
    for (int i = 0; i < state.lexemes.length; i++) {
      Regex rest = state.rests[i];
      boolean free = !lexer.isDistinct(state.lexemes[i]) || hasMany(rest);
      kept.set(i, free || hasFresh(rest, memory));
    }
    return lexer.only(state, kept);
  }

  /** Whether some lexeme of a state may go on to more values than any text has. */
  public boolean hasMany(LexState state) {
    if (state.many == 0) {
      state.many = (byte) (Arrays.stream(state.rests).anyMatch(this::hasMany) ? 1 : -1);
    }
    return state.many > 0;
  }

  private boolean hasMany(Regex rest) {
    return values.of(rest) >= TextCount.MANY;
  }

  /** Whether a text of a byte or more ends with what did not come before. */
  private boolean hasFresh(Regex rest, JsonMemory memory) {
    Set<List<Object>> done = new HashSet<>();
    PriorityQueue<Step> open =
        new PriorityQueue<>(
            Comparator.comparingInt(Step::estimate)
                .thenComparing(Comparator.comparingInt(Step::length).reversed()));
    open.add(new Step(rest, memory, 0));
    while (!open.isEmpty()) {
      Step step = open.poll();
      pool.spend();
      if (step.length > 0 && step.regex.nullable && !step.memory.repeats()) {
        return true;
      }
      if (done.add(List.of(step.regex, step.memory.place()))) {
        addNext(step, open);
      }
    }
    return false;
  }

  private void addNext(Step step, PriorityQueue<Step> open) {
    for (int value = 0; value < 256; value++) {
      Regex next = pool.next(step.regex, value);
      if (pool.alive(next)) {
        open.add(new Step(next, step.memory.after(value), step.length + 1));
      }
    }
  }
}
