package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.text.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A request on its way to a result.
 *
 * <p>{@code outcome} and {@code failure} are guarded by the batcher's lock; the rest belongs to the
 * thread that holds the lease.
 */
public final class SequenceGroup {
  public final GenerationSession session;
  public final GenerationRequest request;
  public final int maxTokens;
  final byte[][] stops;
  public final long randomKey;

  /** The completions under way. */
  public final List<Sequence> live = new ArrayList<>();

  /** Null without beam search. */
  public final BeamSearch beams;

  /** How many tokens of the prompt were not run, because a kept prefix has them. */
  public int cachedPromptTokens;

  public GenerationResult outcome;
  public Throwable failure;

  private final Vocabulary vocabulary;
  private final Set<Integer> endTokens;
  private final Completion[] completions;
  private final int vocabularySize;
  private byte[] withoutEnds;
  private Boolean guideFits;
  private int completed;

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
    this.beams = sampling.beamWidth() > 0 ? new BeamSearch(this) : null;
    this.vocabulary = vocabulary;
    this.vocabularySize = vocabularySize;
    this.endTokens = endTokens;
    this.completions = new Completion[beams == null ? Math.max(0, sampling.n()) : 0];
  }

  /** How many slots it takes at most. */
  public int width() {
    return beams == null ? request.sampling().n() : request.sampling().beamWidth();
  }

  /** How many tokens end a completion of this row. */
  public int ends() {
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
    return vocabulary.special(token) ? new byte[0] : vocabulary.bytes(token);
  }

  public boolean penalised() {
    SamplingParameters s = request.sampling();
    return s.repetitionPenalty() != 1 || s.presencePenalty() != 0 || s.frequencyPenalty() != 0;
  }

  /** Whether its completions are drafted. */
  public boolean drafts() {
    return beams == null && !penalised();
  }

  /**
   * Finds the tokens that a sequence may go on with. Before {@code min-tokens} those that end a
   * completion are out; with a guide they are in where the guide lets the text end.
   *
   * @return whether there are any
   * @throws io.pinion.guide.error.GuideException where the guide needs too much to tell
   */
  public boolean allow(Sequence sequence) {
    boolean mayEnd = sequence.length() >= request.sampling().minTokens();
    if (sequence.guide == null) {
      sequence.allowed = mayEnd || endTokens.isEmpty() ? null : withoutEnds();
      return true;
    }
    long[] mask = new long[Math.max(vocabulary.size(), vocabularySize) + 63 >> 6];
    sequence.guide.mask(mask);
    byte[] allowed = bytes(mask);
    for (int token : endTokens) {
      set(allowed, token, mayEnd && sequence.guide.isAccepting());
    }
    sequence.allowed = allowed;
    return any(allowed);
  }

  private byte[] bytes(long[] mask) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * mask.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(mask);
    byte[] allowed = Arrays.copyOf(bytes.array(), (vocabularySize + 7) / 8);
    for (int token = vocabularySize; token < 8 * allowed.length; token++) {
      allowed[token >> 3] &= (byte) ~(1 << (token & 7));
    }
    return allowed;
  }

  private static boolean any(byte[] allowed) {
    for (byte eight : allowed) {
      if (eight != 0) {
        return true;
      }
    }
    return false;
  }

  private void set(byte[] allowed, int token, boolean value) {
    if (token < vocabularySize) {
      int bit = 1 << (token & 7);
      allowed[token >> 3] = (byte) (value ? allowed[token >> 3] | bit : allowed[token >> 3] & ~bit);
    }
  }

  private byte[] withoutEnds() {
    if (withoutEnds == null) {
      withoutEnds = new byte[(vocabularySize + 7) / 8];
      Arrays.fill(withoutEnds, (byte) 0xFF);
      endTokens.forEach(token -> set(withoutEnds, token, false));
    }
    return withoutEnds;
  }

  /** The sequences that get their next token from the step under way. */
  public List<Sequence> choosing() {
    return live.stream().filter(Sequence::chooses).toList();
  }

  /** Whether the guide's shortest text fits into max-tokens, or how long it is is not known. */
  boolean guideFits() {
    if (guideFits == null) {
      int[] shortest = Closing.of(request.guide(), request.guide().start());
      guideFits = shortest == null || shortest.length <= maxTokens;
    }
    return guideFits;
  }

  /** Takes a finished completion; says whether it was the last one. */
  public boolean complete(int completion, Completion finished) {
    completions[completion] = finished;
    return ++completed == completions.length;
  }

  /** The result of all completions. */
  public GenerationResult result() {
    return result(beams == null ? List.of(completions) : beams.best());
  }

  public GenerationResult result(List<Completion> finished) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, cachedPromptTokens, finished, null);
  }

  /** The result of a row that failed. */
  public static GenerationResult failed(GenerationRequest request, RowException error) {
    return new GenerationResult(
        request.rowId(), request.promptTokenIds().length, 0, List.of(), error);
  }
}
