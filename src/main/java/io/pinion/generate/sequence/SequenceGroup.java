package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A request in progress: its completions or beams, which share prompt, parameters and guide.
 *
 * <p>{@link #outcome} and {@link #failure} are guarded by the batcher's lock; the rest belongs to
 * the thread that holds the lease.
 */
public final class SequenceGroup {
  private static final byte[] NO_BYTES = {};

  private final GenerationSession session;
  private final GenerationRequest request;
  private final int maxTokens;
  private final byte[][] stops;
  private final long randomKey;
  private final Vocabulary vocabulary;
  private final Set<Integer> endTokens;
  private final AllowedTokens allowedTokens;
  private final List<Sequence> live = new ArrayList<>();
  private final Completion[] completions;
  private int completed;
  private int cachedPromptTokens;
  private boolean guideFits = true;

  private GenerationResult outcome;
  private Throwable failure;

  /**
   * @param session that submitted the request
   * @param maxLength the longest sequence, prompt and completion together, in tokens
   * @param vocabulary the tokenizer's
   * @param allowedTokens computes its masks
   * @param endTokens the tokens that end a completion
   */
  public SequenceGroup(
      GenerationSession session,
      GenerationRequest request,
      int maxLength,
      Vocabulary vocabulary,
      AllowedTokens allowedTokens,
      Set<Integer> endTokens) {
    SamplingParameters sampling = request.sampling();
    this.session = session;
    this.request = request;
    this.maxTokens = Math.min(sampling.maxTokens(), maxLength - request.promptTokenIds().length);
    this.stops =
        sampling.stop().stream()
            .map(stop -> stop.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.randomKey = CounterRandom.key(sampling.seed(), request.rowId());
    this.vocabulary = vocabulary;
    this.endTokens = endTokens;
    this.allowedTokens = allowedTokens;
    this.completions = new Completion[isBeamSearch() ? 0 : Math.max(0, sampling.n())];
  }

  public GenerationSession session() {
    return session;
  }

  public GenerationRequest request() {
    return request;
  }

  public int[] promptTokenIds() {
    return request.promptTokenIds();
  }

  public SamplingParameters sampling() {
    return request.sampling();
  }

  /** The longest that each of its sequences may become, prompt and completion together. */
  public int longest() {
    return request.promptTokenIds().length + maxTokens;
  }

  /** Maximum number of generated tokens: the request's, or what the model's context leaves. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The key of its random numbers, see {@link CounterRandom#key}. */
  long randomKey() {
    return randomKey;
  }

  byte[][] stops() {
    return stops;
  }

  public boolean isBeamSearch() {
    return request.sampling().beamWidth() > 0;
  }

  public boolean isPenalised() {
    SamplingParameters s = request.sampling();
    return s.repetitionPenalty() != 1 || s.presencePenalty() != 0 || s.frequencyPenalty() != 0;
  }

  /** Whether speculative tokens may be drafted for its sequences. */
  public boolean mayDraft() {
    return !isBeamSearch() && !isPenalised();
  }

  /** Maximum number of slots of the KV cache that it uses. */
  public int width() {
    return isBeamSearch() ? request.sampling().beamWidth() : request.sampling().n();
  }

  /** The tokens that end a completion. */
  Set<Integer> endTokens() {
    return endTokens;
  }

  /** Whether a token ends a completion. */
  public boolean ends(int token) {
    return endTokens.contains(token);
  }

  /** The tokens before the first that ends a completion. */
  int[] beforeEnds(int[] tokens) {
    return Arrays.stream(tokens).takeWhile(token -> !ends(token)).toArray();
  }

  /** The bytes that a token adds to the text. */
  byte[] bytes(int token) {
    return vocabulary.special(token) ? NO_BYTES : vocabulary.bytes(token);
  }

  AllowedTokens allowedTokens() {
    return allowedTokens;
  }

  /**
   * Does the first work of its guide, before it joins a batch.
   *
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits, or its texts
   *     cannot be completed
   */
  public void prepare(PreparedGuides guides) {
    if (request.guide() != null) {
      guides.begin(request.guide());
      guideFits = !request.closeAtMaxTokens() || guides.fits(request.guide(), maxTokens);
    }
  }

  /** Whether the guide's shortest text fits into max-tokens. */
  boolean guideFits() {
    return guideFits;
  }

  /** The sequences in progress; a view. */
  public List<Sequence> live() {
    return Collections.unmodifiableList(live);
  }

  /** The sequences that get their next token from the current step. */
  public List<Sequence> choosing() {
    return live.stream().filter(Sequence::chooses).toList();
  }

  /** Adds a sequence to those in progress. */
  public void add(Sequence sequence) {
    live.add(sequence);
  }

  /** Removes a sequence from those in progress. */
  public void remove(Sequence sequence) {
    live.remove(sequence);
  }

  /** Removes all sequences in progress. */
  public void clear() {
    live.clear();
  }

  /** Forgets what was generated, so that it can be admitted once more, with the same result. */
  public void restart() {
    live.clear();
    Arrays.fill(completions, null);
    completed = 0;
    cachedPromptTokens = 0;
  }

  /** Records how many tokens of the prompt come from a cached prefix. */
  void beginBehind(int sharedTokens) {
    cachedPromptTokens = sharedTokens;
  }

  /** Stores a finished completion; returns whether it was the last one. */
  public boolean complete(int completion, Completion finished) {
    completions[completion] = finished;
    return ++completed == completions.length;
  }

  /** The result of all completions. */
  public GenerationResult result() {
    return result(List.of(completions));
  }

  /** The result with these completions. */
  public GenerationResult result(List<Completion> finished) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, cachedPromptTokens, finished, null);
  }

  /** The result of a request that failed. */
  public static GenerationResult failed(GenerationRequest request, RowException error) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, 0, List.of(), error);
  }

  /** Sets its result. */
  public void finish(GenerationResult result) {
    outcome = result;
  }

  /** Sets the cause of a failed step that it was part of. */
  public void abort(Throwable cause) {
    failure = cause;
  }

  /** Whether it has a result or a failure. */
  public boolean isDone() {
    return outcome != null || failure != null;
  }

  /** Its result, or null. */
  public GenerationResult outcome() {
    return outcome;
  }

  /** The cause of a failed step that it was part of, or null. */
  public Throwable failure() {
    return failure;
  }
}
