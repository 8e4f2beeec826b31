package io.pinion.guide;

import io.pinion.guide.distinct.JsonMemory;
import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.earley.FreshWays;
import io.pinion.guide.earley.ShortestClosing;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.GuideStepsException;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.mask.TokenExtensions;
import io.pinion.guide.trie.TokenTrie;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The place of one row's text in its guide. Not thread-safe: each state is for one thread at a
 * time, while states of one guide may run on several threads, which take turns at the guide's lock.
 *
 * <p>Cheap to fork, since all it holds is which rows of the parse may be open, each with the state
 * of its lexer. Holds no native memory.
 */
public final class GuideState {
  private static final int MAX_WAYS = 4096;
  private static final int LONGEST_CLOSING = 1 << 20;
  private static final int MAX_FORCED = 4096;
  private static final byte[] NOTHING = {};
  private static final int[] NO_TOKENS = {};

  private final Guide guide;

  /** How many steps each call may take. */
  private long turn = Long.MAX_VALUE;

  private EarleySet[] sets;
  private LexState[] states;
  private int count;
  private boolean accepting;

  /** What the text said so far; null where that does not matter. */
  private JsonMemory memory;

  GuideState(Guide guide, EarleySet first, JsonMemory memory) {
    this.guide = guide;
    this.sets = new EarleySet[] {first, null};
    this.states = new LexState[] {first.start, null};
    this.count = first.start == guide.lexer().dead() ? 0 : 1;
    this.accepting = first.accepting;
    this.memory = memory;
  }

  private GuideState(GuideState other) {
    guide = other.guide;
    turn = other.turn;
    sets = other.sets.clone();
    states = other.states.clone();
    count = other.count;
    accepting = other.accepting;
    memory = other.memory;
  }

  /** A copy that continues from here independently, as beams do. */
  public GuideState fork() {
    return new GuideState(this);
  }

  /**
   * A copy that may take only so many steps in each call, for where others wait for it. Beyond them
   * each method throws a {@link io.pinion.guide.error.GuideStepsException}.
   */
  public GuideState limitedTo(long steps) {
    GuideState limited = fork();
    limited.turn = steps;
    return limited;
  }

  /** Whether the text may end here. */
  public boolean isAccepting() {
    return accepting;
  }

  /** Whether a token may follow. */
  public boolean isOpen() {
    return count > 0;
  }

  /**
   * Writes which tokens may come next: bit {@code id & 63} of word {@code id >> 6}. Control tokens
   * are never among them; the end of text may come where {@link #isAccepting}.
   *
   * @param mask at least {@link TokenTrie#words} words, written over
   * @throws GuideLimitException when the guide needs more steps, time or memory than its limits
   */
  public void mask(long[] mask) {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      Arrays.fill(mask, 0);
      for (int i = 0; i < count; i++) {
        guide.part(sets[i], states[i], memory).addTo(mask);
      }
    }
  }

  /**
   * What {@link #mask} is the union of; empty if nothing may follow.
   *
   * @throws GuideLimitException as {@link #mask}
   */
  public List<MaskPart> maskParts() {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      MaskPart[] parts = new MaskPart[count];
      for (int i = 0; i < count; i++) {
        parts[i] = guide.part(sets[i], states[i], memory);
      }
      return List.of(parts);
    }
  }

  /** Takes a token; returns false and leaves the state as it was when the token is not allowed. */
  public boolean accept(int token) {
    byte[] bytes = guide.trie().vocabulary().bytes(token);
    if (bytes.length == 0 || guide.trie().vocabulary().special(token)) {
      return false;
    }
    if (bytes.length == 1) {
      return acceptBytes(bytes) == 1;
    }
    GuideState before = fork();
    if (acceptBytes(bytes) == bytes.length) {
      return true;
    }
    sets = before.sets;
    states = before.states;
    count = before.count;
    accepting = before.accepting;
    memory = before.memory;
    return false;
  }

  /** Takes bytes for as long as they fit; returns how many it took. */
  public int acceptBytes(byte[] bytes) {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      for (int i = 0; i < bytes.length; i++) {
        if (!step(bytes[i] & 0xff)) {
          return i;
        }
      }
      return bytes.length;
    }
  }

  private boolean step(int value) {
    Lexer lexer = guide.lexer();
    int most = 2 * count;
    EarleySet[] nextSets = new EarleySet[Math.max(most, 2)];
    LexState[] nextStates = new LexState[nextSets.length];
    JsonMemory after = memory;
    int found = 0;
    boolean ends = false;
    for (int i = 0; i < count; i++) {
      LexState next = lexer.next(states[i], value);
      if (next == lexer.dead()) {
        continue;
      }
      after = after != null && after == memory ? memory.after(value) : after;
      LexState open = within(sets[i], next, after);
      if (open != lexer.dead()) {
        found = add(nextSets, nextStates, found, sets[i], open);
      }
      LexemeSet ended = after == null ? next.ended : FreshWays.ended(next, after);
      if (ended != null) {
        EarleySet set = guide.chart().after(sets[i], ended);
        ends |= set.accepting;
        LexState start = after == null ? set.start : guide.fresh().start(set, after);
        if (start != lexer.dead()) {
          found = add(nextSets, nextStates, found, set, start);
        }
      }
    }
    if (found == 0 && !ends) {
      return false;
    }
    if (found > MAX_WAYS) {
      throw new GuideLimitException("the text can be read in more than " + MAX_WAYS + " ways");
    }
    sets = nextSets;
    states = nextStates;
    count = found;
    accepting = ends;
    memory = after;
    return true;
  }

  /** What of a lexer state may go on within its lexemes; the dead state for nothing. */
  private LexState within(EarleySet set, LexState state, JsonMemory before) {
    if (before != null) {
      return guide.fresh().within(set, state, before);
    }
    Lexer lexer = guide.lexer();
    return state.ended == null || lexer.continues(state) ? state : lexer.dead();
  }

  private static int add(
      EarleySet[] sets, LexState[] states, int count, EarleySet set, LexState state) {
    for (int i = 0; i < count; i++) {
      if (sets[i] == set && states[i] == state) {
        return count;
      }
    }
    sets[count] = set;
    states[count] = state;
    return count + 1;
  }

  /**
   * The bytes that must come next, whatever follows them: empty where there is a choice or the text
   * may end.
   */
  public byte[] forced() {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      return onlyByte() < 0 ? NOTHING : fork().takeForced();
    }
  }

  /**
   * The tokens of the bytes that must come next. The last ones are kept back while a longer token
   * could stand in their place: one that begins where one of them does, covers the forced bytes
   * from there and goes on with what may follow them.
   *
   * @param spelling writes bytes in tokens whose bytes are just these; it may return {@code null}
   *     where it cannot, and then no token is forced
   * @throws GuideLimitException when the guide needs more steps, time or memory than its limits
   */
  public int[] forcedTokens(Function<byte[], int[]> spelling) {
    GuideState ahead;
    byte[] text;
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      if (onlyByte() < 0) {
        return NO_TOKENS;
      }
      ahead = fork();
      text = ahead.takeForced();
    }
    int[] tokens = spelling.apply(text);
    return tokens == null ? NO_TOKENS : Arrays.copyOf(tokens, ahead.settled(text, tokens));
  }

  /** Takes the bytes that must come next. */
  private byte[] takeForced() {
    byte[] found = new byte[64];
    int length = 0;
    for (int next = onlyByte(); next >= 0 && length < MAX_FORCED; next = onlyByte()) {
      found = length == found.length ? Arrays.copyOf(found, 2 * length) : found;
      found[length++] = (byte) next;
      step(next);
    }
    return Arrays.copyOf(found, length);
  }

  /** How many tokens of the text before this state come before any that a longer one could be. */
  private int settled(byte[] text, int[] tokens) {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      if (!isOpen()) {
        return tokens.length;
      }
      TokenExtensions longer = new TokenExtensions(guide.trie());
      int at = 0;
      for (int i = 0; i < tokens.length; i++) {
        if (longer.fit(text, at, this::after)) {
          return i;
        }
        at += guide.trie().vocabulary().bytes(tokens[i]).length;
      }
      return tokens.length;
    }
  }

  /** As {@link TokenExtensions.Continuation#after}. */
  private TokenExtensions.Continuation after(int value) {
    GuideState next = fork();
    return next.step(value) ? next::after : null;
  }

  /**
   * The shortest text that brings this one to an end, empty where it may end already.
   *
   * @throws GuideLimitException when there is none within the limits
   */
  public byte[] closing() {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      try {
        return shortestEnd();
      } catch (StackOverflowError e) {
        throw new GuideLimitException("the text is nested too deeply to be closed");
      }
    }
  }

  /**
   * Whether so many bytes are enough to bring the text to its end; false where no end is known. To
   * ask this costs less than to ask for the end itself.
   */
  public boolean closesWithin(int bytes) {
    synchronized (guide.lock) {
      guide.lexer().pool().refuel(turn);
      try {
        return accepting || endsWithin(bytes);
      } catch (StackOverflowError e) {
        return false;
      } catch (GuideLimitException e) {
        return unknown(e, false);
      }
    }
  }

  /**
   * The tokens that bring the text to its end soonest, none where it may end already; {@code null}
   * where no end is known: none is near enough to be found, or the vocabulary cannot write it.
   */
  public int[] closingTokens() {
    try {
      return guide.spell(closing());
    } catch (GuideLimitException e) {
      return unknown(e, null);
    }
  }

  /** Whether an end is known must not depend on how many steps others left to be taken. */
  private <T> T unknown(GuideLimitException limit, T answer) {
    if (limit instanceof GuideStepsException && turn < GuideCompiler.FUEL) {
      throw limit;
    }
    return answer;
  }

  /** Where values must not come again, the costs of what follows are a lower bound alone. */
  private boolean endsWithin(int bytes) {
    return nearest().cost() <= bytes && (memory == null || shortestEnd().length <= bytes);
  }

  private ShortestClosing nearest() {
    ShortestClosing closing = guide.closing();
    for (int i = 0; i < count; i++) {
      if (memory == null) {
        closing.weigh(sets[i], states[i]);
      } else {
        closing.weigh(sets[i], states[i], this::takes);
      }
    }
    return closing;
  }

  private byte[] shortestEnd() {
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    GuideState ahead = fork();
    while (!ahead.accepting) {
      byte[] next = ahead.nearest().text();
      if (next.length == 0 || found.size() > LONGEST_CLOSING) {
        throw new GuideLimitException(
            "the shortest text is too long to be completed, with more than "
                + LONGEST_CLOSING
                + " bytes");
      }
      found.writeBytes(next);
      for (byte value : next) {
        ahead.step(value & 0xff);
      }
    }
    return found.toByteArray();
  }

  private boolean takes(byte[] bytes) {
    GuideState ahead = fork();
    for (byte value : bytes) {
      if (!ahead.step(value & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** The one byte that may come, or negative. */
  private int onlyByte() {
    int only = Lexer.NO_BYTE;
    for (int i = 0; i < count && !accepting; i++) {
      int here = guide.lexer().onlyByte(states[i]);
      if (here == Lexer.SEVERAL_BYTES || only >= 0 && here >= 0 && here != only) {
        return Lexer.SEVERAL_BYTES;
      }
      only = Math.max(only, here);
    }
    return only;
  }
}
