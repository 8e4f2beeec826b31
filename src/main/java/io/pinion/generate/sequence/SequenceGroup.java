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
 * A request on its way to a result: its completions or beams share a prompt, parameters and guide.
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
  private Boolean guideFits;

  private GenerationResult outcome;
  private Throwable failure;

  /**
   * @param session whose request it is
   * @param maxLength the most tokens of prompt and completion
   * @param vocabularySize how many tokens the model has
   * @param vocabulary the tokenizer's
   * @param endTokens the tokens that end a completion
   */
  public SequenceGroup(
      GenerationSession session,
      GenerationRequest request,
      int maxLength,
      int vocabularySize,
      Vocabulary vocabulary,
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
    this.allowedTokens = new AllowedTokens(vocabularySize, vocabulary, endTokens);
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

  /** The most tokens of a completion: the request's, or what the model's context leaves. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The key of its random numbers. */
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

  /** How many slots of the KV cache it takes at most. */
  public int width() {
    return isBeamSearch() ? request.sampling().beamWidth() : request.sampling().n();
  }

  /** How many tokens end a completion. */
  int endTokenCount() {
    return endTokens.size();
  }

  /** Whether a token ends a completion. */
  public boolean ends(int token) {
    return endTokens.contains(token);
  }

  /** The tokens before the first that ends a completion. */
  int[] beforeEnds(int[] tokens) {
    return Arrays.stream(tokens).takeWhile(token -> !ends(token)).toArray();
  }

  /** What a token adds to the text. */
  byte[] bytes(int token) {
    return vocabulary.special(token) ? NO_BYTES : vocabulary.bytes(token);
  }

  AllowedTokens allowedTokens() {
    return allowedTokens;
  }

  /** Whether the guide's shortest text fits into max-tokens, or how long it is is not known. */
  boolean guideFits() {
    if (guideFits == null) {
      int[] shortest = request.guide().start().closingTokens();
      guideFits = shortest == null || shortest.length <= maxTokens;
    }
    return guideFits;
  }

  /** The sequences under way; a view. */
  public List<Sequence> live() {
    return Collections.unmodifiableList(live);
  }

  /** The sequences that get their next token from the step under way. */
  public List<Sequence> choosing() {
    return live.stream().filter(Sequence::chooses).toList();
  }

  /** Adds a sequence to those under way. */
  public void add(Sequence sequence) {
    live.add(sequence);
  }

  /** Takes a sequence from those under way. */
  public void remove(Sequence sequence) {
    live.remove(sequence);
  }

  /** Takes all sequences from those under way. */
  public void clear() {
    live.clear();
  }

  /** Notes how many tokens of the prompt are not run, because a kept prefix has them. */
  void beginBehind(int sharedTokens) {
    cachedPromptTokens = sharedTokens;
  }

  /** Takes a finished completion; says whether it was the last one. */
  public boolean complete(int completion, Completion finished) {
    completions[completion] = finished;
    return ++completed == completions.length;
  }

  /** The result of all completions. */
  public GenerationResult result() {
    return result(List.of(completions));
  }

  /** The result where these are its completions. */
  public GenerationResult result(List<Completion> finished) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, cachedPromptTokens, finished, null);
  }

  /** The result of a request that failed. */
  public static GenerationResult failed(GenerationRequest request, RowException error) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, 0, List.of(), error);
  }

  /** Sets what came of it. */
  public void finish(GenerationResult result) {
    outcome = result;
  }

  /** Sets why the step that it was in failed. */
  public void abort(Throwable cause) {
    failure = cause;
  }

  /** Whether it has an outcome or a failure. */
  public boolean isDone() {
    return outcome != null || failure != null;
  }

  /** What came of it, or null. */
  public GenerationResult outcome() {
    return outcome;
  }

  /** Why the step that it was in failed, or null. */
  public Throwable failure() {
    return failure;
  }
}
