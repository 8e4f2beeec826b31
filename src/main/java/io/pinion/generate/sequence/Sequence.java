package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.generate.sample.TokenMask;
import io.pinion.guide.GuideState;

/**
 * One completion in progress: its tokens and text, its slot in the KV cache and its guide state.
 *
 * <p>It holds no tensors; the sampler and the model keep theirs by slot. Owned by the thread that
 * holds the lease.
 */
public final class Sequence {
  /** The logits row of a sequence that gets no next token from the current step. */
  public static final int NO_LOGITS = -1;

  /**
   * How many steps a row's guide may take at once in a batch, in which every other row waits: what
   * large schemas need, and a fraction of a second.
   */
  static final long GUIDE_STEPS = 200_000;

  private static final int[] NO_TOKENS = {};

  private final SequenceGroup group;
  private final int completion;
  private final GeneratedTokens tokens;
  private final IncrementalDetokenizer text;

  /** The state of the group's guide after its text; null without a guide. */
  private GuideState guide;

  private int slot;
  private int logitsRow = NO_LOGITS;
  private int cached;
  private int penaltySlot = PenaltyCounts.NONE;

  /** The sum of its tokens' scores, for beam search. */
  private double score;

  /** The tokens that may come next, see {@link AllowedTokens}; null for all. */
  private TokenMask allowed;

  /** Tokens that the guide forces; those from {@code forcedAt} on are not appended yet. */
  private int[] forced = NO_TOKENS;

  private int forcedAt;

  public Sequence(SequenceGroup group, int completion) {
    this(
        group,
        completion,
        new GeneratedTokens(),
        new IncrementalDetokenizer(group.stops()),
        group.request().guide() == null
            ? null
            : group.request().guide().start().limitedTo(GUIDE_STEPS));
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

  /** An independent copy, without a slot yet for the KV cache or for penalty counts. */
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

  /** Index of this completion in its group. */
  public int completion() {
    return completion;
  }

  /** Its slot in the KV cache. */
  public int slot() {
    return slot;
  }

  /** Sets its slot in the KV cache. */
  public void moveTo(int newSlot) {
    slot = newSlot;
  }

  /** Its slot in {@link PenaltyCounts}; {@link PenaltyCounts#NONE} without penalties. */
  public int penaltySlot() {
    return penaltySlot;
  }

  /** Sets its slot in {@link PenaltyCounts}. */
  public void countIn(int newPenaltySlot) {
    penaltySlot = newPenaltySlot;
  }

  /** The sum of its tokens' scores, for beam search. */
  double score() {
    return score;
  }

  /** Number of tokens of prompt and completion in the KV cache. */
  public int cached() {
    return cached;
  }

  /** Whether the complete prompt is in the KV cache. */
  public boolean isPrefilled() {
    return cached >= group.promptTokenIds().length;
  }

  /** Number of tokens of prompt and completion that are not in the KV cache yet. */
  public int missing() {
    return total() - cached;
  }

  /** Skips the prefill of the first tokens of its prompt, which come from a cached prefix. */
  public void beginBehind(int sharedTokens) {
    cached = sharedTokens;
    group.beginBehind(sharedTokens);
  }

  /**
   * Records the effect of a forward pass.
   *
   * @param nowCached number of its tokens in the KV cache now
   * @param row the row of the logits to choose its next token from, or {@link #NO_LOGITS}
   */
  public void finishPass(int nowCached, int row) {
    cached = nowCached;
    logitsRow = row;
  }

  /** Counts the tokens of an accepted draft as cached. */
  public void takeCacheOf(Sequence draft) {
    cached = draft.cached;
  }

  /** Whether its next token is chosen in the current step. */
  public boolean chooses() {
    return logitsRow != NO_LOGITS;
  }

  /** The sampler's input to choose its next token. */
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

  /** Number of generated tokens. */
  public int length() {
    return tokens.length();
  }

  /** The last generated token. */
  public int lastToken() {
    return tokens.last();
  }

  /** The generated tokens from an index on. */
  public int[] tokensFrom(int from) {
    return tokens.from(from);
  }

  /** Number of tokens of prompt and completion. */
  public int total() {
    return group.promptTokenIds().length + tokens.length();
  }

  /** The token at an index in prompt and completion. */
  public int tokenAt(int index) {
    int[] prompt = group.promptTokenIds();
    return index < prompt.length ? prompt[index] : tokens.at(index - prompt.length);
  }

  /** Whether another sequence of the group has generated the same tokens. */
  public boolean hasTokensOf(Sequence other) {
    return tokens.sameAs(other.tokens);
  }

  /**
   * Finds the tokens that the guide forces next; {@link #appendForced} appends them. Beams have no
   * forced tokens, because they are compared by the log probabilities of all their tokens.
   *
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
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
   * Computes the mask of its next token. End tokens are excluded before {@code min-tokens}; with a
   * guide they are allowed only where the text may end.
   *
   * @return whether any token is allowed
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
   */
  public boolean findAllowed() {
    boolean mayEnd = tokens.length() >= group.sampling().minTokens();
    if (guide == null) {
      allowed = group.allowedTokens().unguided(mayEnd, group.endTokens());
      return true;
    }
    allowed = group.allowedTokens().guided(guide, mayEnd, group.endTokens());
    return allowed.any();
  }

  /** Whether the guide allows a token next. */
  public boolean fits(int token) {
    return guide == null || guide.fork().accept(token);
  }

  /** Whether there is a forced token to append. */
  public boolean hasForced() {
    return forcedAt < forced.length;
  }

  /** Appends the next forced token, as {@link #append} does, with log probability 0. */
  public FinishReason appendForced() {
    return append(forced[forcedAt++], 0);
  }

  /**
   * Appends a token.
   *
   * @return why the completion ends with it, or null if it continues
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
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
   * Advances the guide by a token. If too few tokens would then be left to complete the text, the
   * token is replaced by the shortest completion of the text, which fits because that held before
   * each earlier token; so it is where no completion would be found any more. If even the guide's
   * shortest text is longer than max-tokens, its completion is appended once they are used up,
   * without forward passes.
   *
   * @return whether the text was completed
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
    // A token has at least one byte.
    if (guide.closesWithin(left)) {
      return false;
    }
    int[] after = guide.closingTokens();
    int[] end = after != null && after.length <= left ? null : before.closingTokens();
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

  /** Its result if it ends now. */
  public Completion completed(FinishReason reason) {
    return new Completion(text.toString(), reason, tokens.from(0), tokens.logprobs());
  }
}
