package io.pinion.guide.lexer;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.IntArrayKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lexemes of a guide and a lazily built DFA that matches sets of them. It allows every split of
 * a text into lexemes: it says where a lexeme may end, not where it must. Not thread-safe; the
 * guide holds the lock.
 */
public final class Lexer {
  /** Returned by {@link #onlyByte} if no byte is allowed. */
  public static final int NO_BYTE = -1;

  /** Returned by {@link #onlyByte} if several bytes are allowed. */
  public static final int SEVERAL_BYTES = -2;

  private static final int[] NO_LEXEMES = {};
  private static final int PER_STATE = 300;
  private static final int PER_START = 120;

  private final RegexPool pool;
  private final int mostStates;
  private final List<Regex> lexemes = new ArrayList<>();
  private final Map<Regex, Integer> numbers = new HashMap<>();
  private final Map<Regex, Integer> distinctNumbers = new HashMap<>();
  private final BitSet distinct = new BitSet();
  private final Map<IntArrayKey, LexState> states = new HashMap<>();
  private final Map<IntArrayKey, LexemeSet> sets = new HashMap<>();
  private final Map<IntArrayKey, LexState> starts = new HashMap<>();
  private final LexState dead;

  public Lexer(RegexPool pool, int mostStates) {
    this.pool = pool;
    this.mostStates = mostStates;
    this.dead = new LexState(-1, NO_LEXEMES, new Regex[0], pool.oneClass(), false, null, null);
  }

  public RegexPool pool() {
    return pool;
  }

  /** The state in which no byte is allowed. */
  public LexState dead() {
    return dead;
  }

  /** The number of an expression's lexeme; equal expressions are the same lexeme. */
  public int lexeme(Regex regex) {
    Integer known = numbers.get(regex);
    if (known != null) {
      return known;
    }
    int number = lexemes.size();
    lexemes.add(regex);
    numbers.put(regex, number);
    return number;
  }

  /**
   * The number of an expression's lexeme that may not end where what ends with it came before;
   * those who know the text before it see to that. It is another lexeme than the expression's own.
   */
  public int distinctLexeme(Regex regex) {
    Integer known = distinctNumbers.get(regex);
    if (known != null) {
      return known;
    }
    int number = lexemes.size();
    lexemes.add(regex);
    distinct.set(number);
    distinctNumbers.put(regex, number);
    return number;
  }

  /** Whether a lexeme was made by {@link #distinctLexeme}. */
  public boolean isDistinct(int lexeme) {
    return distinct.get(lexeme);
  }

  /** How many lexemes there are. */
  public int lexemes() {
    return lexemes.size();
  }

  /** A lexer without lexemes that shares the expressions of this one. */
  public Lexer sibling() {
    return new Lexer(pool, mostStates);
  }

  public Regex regex(int lexeme) {
    return lexemes.get(lexeme);
  }

  public boolean nullable(int lexeme) {
    return lexemes.get(lexeme).nullable;
  }

  /** The start state for any of some lexemes, given in ascending order. */
  public LexState start(int[] members) {
    IntArrayKey key = new IntArrayKey(members);
    LexState known = starts.get(key);
    if (known == null) {
      pool.spend(members.length);
      Regex[] rests = new Regex[members.length];
      int count = 0;
      int[] kept = new int[members.length];
      for (int lexeme : members) {
        if (pool.alive(lexemes.get(lexeme))) {
          kept[count] = lexeme;
          rests[count++] = lexemes.get(lexeme);
        }
      }
      known = state(Arrays.copyOf(kept, count), Arrays.copyOf(rests, count));
      pool.hold(PER_START + 4L * members.length);
      starts.put(key, known);
    }
    return known;
  }

  public LexState next(LexState state, int value) {
    int index = state.classes.classOf(value);
    LexState next = state.next[index];
    if (next == null) {
      next = step(state, value);
      state.next[index] = next;
    }
    return next;
  }

  /** The state with some of its lexemes only, given by their places in the state. */
  public LexState only(LexState state, BitSet kept) {
    int count = kept.cardinality();
    if (count == state.lexemes.length) {
      return state;
    }
    int[] members = new int[count];
    Regex[] rests = new Regex[count];
    int at = 0;
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      members[at] = state.lexemes[i];
      rests[at++] = state.rests[i];
    }
    return state(members, rests);
  }

  private LexState step(LexState state, int value) {
    pool.spend(state.rests.length);
    Regex[] rests = new Regex[state.rests.length];
    int[] kept = new int[rests.length];
    int count = 0;
    for (int i = 0; i < state.rests.length; i++) {
      Regex rest = pool.next(state.rests[i], value);
      if (pool.alive(rest)) {
        kept[count] = state.lexemes[i];
        rests[count++] = rest;
      }
    }
    return state(Arrays.copyOf(kept, count), Arrays.copyOf(rests, count));
  }

  private LexState state(int[] members, Regex[] rests) {
    if (members.length == 0) {
      return dead;
    }
    int[] content = new int[2 * members.length];
    for (int i = 0; i < members.length; i++) {
      content[2 * i] = members[i];
      content[2 * i + 1] = rests[i].id;
    }
    IntArrayKey key = new IntArrayKey(content);
    LexState known = states.get(key);
    if (known == null) {
      if (states.size() >= mostStates) {
        throw new GuideLimitException(
            "the guide's lexer needs more than " + mostStates + " states");
      }
      pool.hold(PER_STATE + 24L * members.length + 4L * pool.classes(rests).count());
      LexemeSet ended = ended(members, rests, false);
      boolean watched = Arrays.stream(members).anyMatch(distinct::get);
      LexemeSet repeating = watched ? ended(members, rests, true) : ended;
      known =
          new LexState(
              states.size(), members, rests, pool.classes(rests), watched, ended, repeating);
      states.put(key, known);
    }
    return known;
  }

  private LexemeSet ended(int[] members, Regex[] rests, boolean repeating) {
    int count = 0;
    int[] found = new int[members.length];
    for (int i = 0; i < members.length; i++) {
      if (rests[i].nullable && !(repeating && distinct.get(members[i]))) {
        found[count++] = members[i];
      }
    }
    if (count == 0) {
      return null;
    }
    IntArrayKey key = new IntArrayKey(Arrays.copyOf(found, count));
    return sets.computeIfAbsent(key, k -> new LexemeSet(sets.size(), k.values()));
  }

  /** Whether some lexeme of the state can get longer. */
  public boolean continues(LexState state) {
    if (state.continues == 0) {
      state.continues = (byte) (findsNext(state) ? 1 : -1);
    }
    return state.continues > 0;
  }

  private boolean findsNext(LexState state) {
    if (state.ended == null) {
      return state != dead;
    }
    for (int i = 0; i < state.classes.count(); i++) {
      if (next(state, state.classes.member(i)) != dead) {
        return true;
      }
    }
    return false;
  }

  /** The only byte that is allowed in a state, {@link #NO_BYTE} or {@link #SEVERAL_BYTES}. */
  public int onlyByte(LexState state) {
    if (state.only == LexState.UNKNOWN) {
      state.only = (short) findsOnly(state);
    }
    return state.only;
  }

  private int findsOnly(LexState state) {
    int found = NO_BYTE;
    for (int i = 0; i < state.classes.count(); i++) {
      if (next(state, state.classes.member(i)) != dead) {
        if (found >= 0 || !state.classes.single(i)) {
          return SEVERAL_BYTES;
        }
        found = state.classes.member(i);
      }
    }
    return found;
  }
}
