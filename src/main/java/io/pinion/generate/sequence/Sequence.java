package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.guide.GuideState;
import java.util.Arrays;

/**
 * One completion under way: its tokens, its slot in the KV cache and how far its text has come.
 *
 * <p>It holds no tensor; what the sampler and the model keep of it, they keep by slot. Owned by the
 * thread that holds the lease.
 */
public final class Sequence {
  /** The row of the logits of a sequence that has none in a step. */
  public static final int NO_LOGITS = -1;

  private static final int[] NOTHING = {};

  public final SequenceGroup row;
  public final int completion;
  final IncrementalDetokenizer text;

  /** Its slot in the KV cache. */
  public int slot;

  /** Which row of the logits its next token is chosen from, or {@link #NO_LOGITS}. */
  public int logitsRow;

  /** How many tokens of prompt and completion the cache holds. */
  public int cached;

  /** The sum of its tokens' scores, for beam search. */
  public double weight;

  /** How far its text has come in the row's guide; null without one. */
  GuideState guide;

  /** The tokens that may come next, one bit each, lowest bit first; null for all. */
  public byte[] allowed;

  /** Where the sampler counts its tokens; {@link PenaltyCounts#NONE} without penalties. */
  public int penaltySlot = PenaltyCounts.NONE;

  private int[] tokens;
  private float[] logprobs;
  private int length;

  /** What the guide forces next; those from {@code forcedAt} on are not appended yet. */
  private int[] forced = NOTHING;

  private int forcedAt;

  public Sequence(SequenceGroup row, int completion) {
    this(
        row,
        completion,
        new IncrementalDetokenizer(row.stops),
        row.request.guide() == null ? null : row.request.guide().start(),
        new int[16],
        new float[16],
        0);
  }

  private Sequence(
      SequenceGroup row,
      int completion,
      IncrementalDetokenizer text,
      GuideState guide,
      int[] tokens,
      float[] logprobs,
      int length) {
    this.row = row;
    this.completion = completion;
    this.text = text;
    this.guide = guide;
    this.tokens = tokens;
    this.logprobs = logprobs;
    this.length = length;
  }

  /** A copy that goes its own way; it has no slot yet, neither for the KV cache nor for counts. */
  public Sequence fork(int forkCompletion) {
    Sequence copy =
        new Sequence(
            row,
            forkCompletion,
            text.fork(),
            guide == null ? null : guide.fork(),
            tokens.clone(),
            logprobs.clone(),
            length);
    copy.logitsRow = logitsRow;
    copy.cached = cached;
    copy.weight = weight;
    copy.forced = forced;
    copy.forcedAt = forcedAt;
    return copy;
  }

  /** Whether its next token is chosen in the step under way. */
  public boolean chooses() {
    return logitsRow != NO_LOGITS;
  }

  /** What the sampler needs to choose its next token. */
  public SamplingBatch.Row samplingRow() {
    return new SamplingBatch.Row(
        logitsRow, row.request.sampling(), allowed, row.randomKey, completion, length, penaltySlot);
  }

  /** How many tokens it has generated. */
  public int length() {
    return length;
  }

  /** The token generated last. */
  public int lastToken() {
    return tokens[length - 1];
  }

  /** The tokens generated from a place on. */
  public int[] tokensFrom(int from) {
    return Arrays.copyOfRange(tokens, from, length);
  }

  /** How many tokens prompt and completion have. */
  public int total() {
    return row.request.promptTokenIds().length + length;
  }

  /** A token of prompt and completion. */
  public int tokenAt(int place) {
    int[] prompt = row.request.promptTokenIds();
    return place < prompt.length ? prompt[place] : tokens[place - prompt.length];
  }

  /** Whether another completion of the row has the same tokens so far. */
  public boolean hasTokensOf(Sequence other) {
    return Arrays.equals(tokens, 0, length, other.tokens, 0, other.length);
  }

  /** How many tokens of prompt and completion the cache does not hold yet. */
  public int missing() {
    return total() - cached;
  }

  /** Hands out the first tokens that the cache does not hold yet, and counts them as held. */
  public int[] take(int count) {
    int[] taken = new int[count];
    for (int i = 0; i < count; i++) {
      taken[i] = tokenAt(cached + i);
    }
    cached += count;
    return taken;
  }

  /**
   * Finds the tokens that the guide forces here; {@link #appendForced} appends them. A beam gets
   * none: beams are compared by the log probabilities of all their tokens.
   *
   * @throws io.pinion.guide.error.GuideException where the guide needs too much to tell
   */
  public void force(CanonicalTokenizer spelling) {
    if (guide != null && row.beams == null) {
      forced = row.beforeEnds(guide.forcedTokens(bytes -> spelling.of(row.request.guide(), bytes)));
      forcedAt = 0;
    }
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
    add(token, logprob);
    boolean stoppable = length >= row.request.sampling().minTokens();
    if (stoppable && row.ends(token)) {
      return FinishReason.STOP;
    }
    if (guide != null && follow(token)) {
      return FinishReason.LENGTH;
    }
    boolean stopped = text.append(row.bytes(token), stoppable);
    if (stopped || guide != null && !guide.isOpen()) {
      return FinishReason.STOP;
    }
    return length >= row.maxTokens ? FinishReason.LENGTH : null;
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
    GuideState before = row.request.closes() ? guide.fork() : null;
    if (!guide.accept(token)) {
      throw new IllegalStateException("token " + token + " was chosen against the row's guide");
    }
    if (before == null) {
      return false;
    }
    int left = row.maxTokens - length;
    if (!row.guideFits()) {
      return left <= 0 && !guide.isAccepting() && closeBehind(token);
    }
    int[] after = Closing.of(row.request.guide(), guide);
    int[] end =
        after == null || after.length <= left ? null : Closing.of(row.request.guide(), before);
    if (end == null || end.length > left + 1) {
      return false;
    }
    guide = before;
    length--;
    close(end);
    return true;
  }

  private boolean closeBehind(int token) {
    int[] end = Closing.of(row.request.guide(), guide);
    if (end == null) {
      return false;
    }
    text.append(row.bytes(token), false);
    close(end);
    return true;
  }

  private void close(int[] end) {
    for (int token : end) {
      add(token, 0);
      guide.accept(token);
      text.append(row.bytes(token), false);
    }
  }

  private void add(int token, float logprob) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
      logprobs = Arrays.copyOf(logprobs, 2 * length);
    }
    tokens[length] = token;
    logprobs[length++] = logprob;
  }

  public Completion completed(FinishReason reason) {
    return new Completion(
        text.toString(), reason, Arrays.copyOf(tokens, length), Arrays.copyOf(logprobs, length));
  }
}
