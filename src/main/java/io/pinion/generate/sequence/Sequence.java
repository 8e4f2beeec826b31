package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.guide.GuideState;

/**
 * One completion under way: its tokens, its slot in the KV cache and how far its text has come.
 *
 * <p>It holds no tensor; what the sampler and the model keep of it, they keep by slot. Owned by the
 * thread that holds the lease.
 */
public final class Sequence {
  /** The row of the logits of a sequence whose token is not chosen in a step. */
  public static final int NO_LOGITS = -1;

  private static final int[] NO_TOKENS = {};

  private final SequenceGroup group;
  private final int completion;
  private final GeneratedTokens tokens;
  private final IncrementalDetokenizer text;

  /** How far its text has come in the group's guide; null without one. */
  private GuideState guide;

  private int slot;
  private int logitsRow = NO_LOGITS;
  private int cached;
  private int penaltySlot = PenaltyCounts.NONE;

  /** The sum of its tokens' scores, for beam search. */
  private double score;

  /** The tokens that may come next, see {@link AllowedTokens}; null for all. */
  private byte[] allowed;

  /** What the guide forces next; those from {@code forcedAt} on are not appended yet. */
  private int[] forced = NO_TOKENS;

  private int forcedAt;

  public Sequence(SequenceGroup group, int completion) {
    this(
        group,
        completion,
        new GeneratedTokens(),
        new IncrementalDetokenizer(group.stops()),
        group.request().guide() == null ? null : group.request().guide().start());
  }

  private Sequence(
      SequenceGroup group,
      int completion,
      GeneratedTokens tokens,
      IncrementalDetokenizer text,
      GuideState guide) {
    this.group = group;
    this.completion = completion;
    this.tokens = tokens;
    this.text = text;
    this.guide = guide;
  }

  /** A copy that goes its own way; it has no slot yet, neither for the KV cache nor for counts. */
  public Sequence fork(int forkCompletion) {
    Sequence copy =
        new Sequence(
            group, forkCompletion, tokens.fork(), text.fork(), guide == null ? null : guide.fork());
    copy.logitsRow = logitsRow;
    copy.cached = cached;
    copy.score = score;
    copy.forced = forced;
    copy.forcedAt = forcedAt;
    return copy;
  }

  /** A {@link #fork} as a beam with another score. */
  Sequence forkBeam(double forkScore) {
    Sequence copy = fork(0);
    copy.score = forkScore;
    return copy;
  }

  public SequenceGroup group() {
    return group;
  }

  /** Which completion of the group it is, from 0. */
  public int completion() {
    return completion;
  }

  /** Its slot in the KV cache. */
  public int slot() {
    return slot;
  }

  /** Gives it a slot in the KV cache. */
  public void moveTo(int newSlot) {
    slot = newSlot;
  }

  /** Where the sampler counts its tokens; {@link PenaltyCounts#NONE} without penalties. */
  public int penaltySlot() {
    return penaltySlot;
  }

  /** Has its tokens counted elsewhere. */
  public void countIn(int newPenaltySlot) {
    penaltySlot = newPenaltySlot;
  }

  /** The sum of its tokens' scores, for beam search. */
  double score() {
    return score;
  }

  /** How many tokens of prompt and completion the KV cache holds. */
  public int cached() {
    return cached;
  }

  /** Whether the KV cache holds the prompt whole. */
  public boolean isPrefilled() {
    return cached >= group.promptTokenIds().length;
  }

  /** How many tokens of prompt and completion the KV cache does not hold yet. */
  public int missing() {
    return total() - cached;
  }

  /** Lets it begin behind the first tokens of its prompt, which another prompt shares. */
  public void beginBehind(int sharedTokens) {
    cached = sharedTokens;
    group.beginBehind(sharedTokens);
  }

  /**
   * Notes what a forward pass did.
   *
   * @param nowCached how many tokens the KV cache holds now
   * @param row the row of the logits to choose its next token from, or {@link #NO_LOGITS}
   */
  public void finishPass(int nowCached, int row) {
    cached = nowCached;
    logitsRow = row;
  }

  /** Takes over what the KV cache holds of a draft that it has become. */
  public void takeCacheOf(Sequence draft) {
    cached = draft.cached;
  }

  /** Whether its next token is chosen in the step under way. */
  public boolean chooses() {
    return logitsRow != NO_LOGITS;
  }

  /** What the sampler needs to choose its next token. */
  public SamplingBatch.Row samplingRow() {
    return new SamplingBatch.Row(
        logitsRow,
        group.sampling(),
        allowed,
        group.randomKey(),
        completion,
        tokens.length(),
        penaltySlot);
  }

  /** How many tokens it has generated. */
  public int length() {
    return tokens.length();
  }

  /** The token generated last. */
  public int lastToken() {
    return tokens.last();
  }

  /** The tokens generated from an index on. */
  public int[] tokensFrom(int from) {
    return tokens.from(from);
  }

  /** How many tokens prompt and completion have. */
  public int total() {
    return group.promptTokenIds().length + tokens.length();
  }

  /** A token of prompt and completion. */
  public int tokenAt(int index) {
    int[] prompt = group.promptTokenIds();
    return index < prompt.length ? prompt[index] : tokens.at(index - prompt.length);
  }

  /** Whether another completion of the group has the same tokens so far. */
  public boolean hasTokensOf(Sequence other) {
    return tokens.sameAs(other.tokens);
  }

  /**
   * Finds the tokens that the guide forces here; {@link #appendForced} appends them. A beam gets
   * none: beams are compared by the log probabilities of all their tokens.
   *
   * @throws io.pinion.guide.error.GuideException where the guide needs too much to tell
   */
  public void force(CanonicalTokenizer tokenizer) {
    if (guide != null && !group.isBeamSearch()) {
      forced =
          group.beforeEnds(
              guide.forcedTokens(bytes -> tokenizer.encode(group.request().guide(), bytes)));
      forcedAt = 0;
    }
  }

  /**
   * Finds the tokens that it may go on with. Before {@code min-tokens} those that end a completion
   * are out; with a guide they are in where the guide lets the text end.
   *
   * @return whether there are any
   * @throws io.pinion.guide.error.GuideException where the guide needs too much to tell
   */
  public boolean findAllowed() {
    boolean mayEnd = tokens.length() >= group.sampling().minTokens();
    if (guide == null) {
      allowed = group.allowedTokens().unguided(mayEnd);
      return true;
    }
    allowed = group.allowedTokens().guided(guide, mayEnd);
    return AllowedTokens.any(allowed);
  }

  /** Whether the guide lets a token follow. */
  public boolean fits(int token) {
    return guide == null || guide.fork().accept(token);
  }

  /** Whether a forced token waits to be appended. */
  public boolean hasForced() {
    return forcedAt < forced.length;
  }

  /** Appends the next forced token, as {@link #append} does; no choice was made, so it has 0. */
  public FinishReason appendForced() {
    return append(forced[forcedAt++], 0);
  }

  /**
   * Appends a token.
   *
   * @return why the completion ends with it, or null where it goes on
   * @throws io.pinion.guide.error.GuideException where the guide needs too much to go on
   */
  public FinishReason append(int token, float logprob) {
    tokens.add(token, logprob);
    boolean stoppable = tokens.length() >= group.sampling().minTokens();
    if (stoppable && group.ends(token)) {
      return FinishReason.STOP;
    }
    if (guide != null && follow(token)) {
      return FinishReason.LENGTH;
    }
    boolean stopped = text.append(group.bytes(token), stoppable);
    if (stopped || guide != null && !guide.isOpen()) {
      return FinishReason.STOP;
    }
    return tokens.length() >= group.maxTokens() ? FinishReason.LENGTH : null;
  }

  /**
   * Takes a token into the guide. Where too few tokens would be left then to bring the text to its
   * end, the token is taken back and the shortest end written in its place; since that fitted
   * before every token so far, it fits. A guide whose shortest text is longer than max-tokens has
   * its end written behind them: no forward pass is spent on it.
   *
   * @return whether the text is ended so
   */
  private boolean follow(int token) {
    GuideState before = group.request().closeAtMaxTokens() ? guide.fork() : null;
    if (!guide.accept(token)) {
      throw new IllegalStateException("token " + token + " was chosen against the row's guide");
    }
    if (before == null) {
      return false;
    }
    int left = group.maxTokens() - tokens.length();
    if (!group.guideFits()) {
      return left <= 0 && !guide.isAccepting() && closeBehind(token);
    }
    int[] after = guide.closingTokens();
    int[] end = after == null || after.length <= left ? null : before.closingTokens();
    if (end == null || end.length > left + 1) {
      return false;
    }
    guide = before;
    tokens.removeLast();
    close(end);
    return true;
  }

  private boolean closeBehind(int token) {
    int[] end = guide.closingTokens();
    if (end == null) {
      return false;
    }
    text.append(group.bytes(token), false);
    close(end);
    return true;
  }

  private void close(int[] end) {
    for (int token : end) {
      tokens.add(token, 0);
      guide.accept(token);
      text.append(group.bytes(token), false);
    }
  }

  /** Its result, where it ends now. */
  public Completion completed(FinishReason reason) {
    return new Completion(text.toString(), reason, tokens.from(0), tokens.logprobs());
  }
}
