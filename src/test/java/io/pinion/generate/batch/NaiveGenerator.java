package io.pinion.generate.batch;

import io.pinion.generate.Completion;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.FakeModel;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sample.ReferenceSampler;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.guide.GuideState;
import io.pinion.text.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One row at a time, the whole sequence recomputed for each token: what the batcher must equal.
 * Guided texts are not ended in time for max-tokens.
 */
public final class NaiveGenerator {
  private final int vocabularySize;
  private final int maxLength;
  private final Set<Integer> eos;
  private final Tokenizer tokenizer;

  public NaiveGenerator(int vocabularySize, int maxLength, Set<Integer> eos) {
    this(new LetterTokenizer(vocabularySize), vocabularySize, maxLength, eos);
  }

  public NaiveGenerator(Tokenizer tokenizer, int vocabularySize, int maxLength, Set<Integer> eos) {
    this.vocabularySize = vocabularySize;
    this.maxLength = maxLength;
    this.eos = eos;
    this.tokenizer = tokenizer;
  }

  public List<Completion> generate(GenerationRequest request) {
    if (request.sampling().beamWidth() > 0) {
      return beams(request);
    }
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < request.sampling().n(); i++) {
      completions.add(one(request, i));
    }
    return completions;
  }

  private Completion one(GenerationRequest request, int completion) {
    SamplingParameters s = request.sampling();
    int[] tokens = {};
    List<Float> logprobs = new ArrayList<>();
    long key = CounterRandom.key(s.seed(), request.rowId());
    Deque<Integer> forced = forced(request, tokens);
    while (true) {
      if (!forced.isEmpty()) {
        logprobs.add(0f);
        tokens = append(tokens, forced.remove());
        FinishReason reason = ended(request, tokens);
        if (reason != null) {
          return completion(request, tokens, logprobs, reason);
        }
        continue;
      }
      double[] raw = logits(request, tokens);
      double[] adjusted = adjusted(raw, request, tokens);
      int token =
          s.temperature() == 0
              ? ReferenceSampler.greedy(adjusted)
              : ReferenceSampler.draw(
                  ReferenceSampler.filtered(adjusted, s),
                  CounterRandom.uniform(key, completion, tokens.length));
      logprobs.add((float) ReferenceSampler.logSoftmax(raw)[token]);
      tokens = append(tokens, token);
      FinishReason reason = ended(request, tokens);
      if (reason != null) {
        return completion(request, tokens, logprobs, reason);
      }
      forced = forced(request, tokens);
    }
  }

  private Deque<Integer> forced(GenerationRequest request, int[] tokens) {
    Deque<Integer> forced = new ArrayDeque<>();
    if (request.guide() != null) {
      CanonicalTokenizer canonical = new CanonicalTokenizer(tokenizer, vocabularySize);
      Set<Integer> ends = ends(request.sampling());
      IntStream.of(
              new NaiveForced(request.guide(), canonical, tokenizer.vocabulary())
                  .tokens(state(request, tokens)))
          .takeWhile(token -> !ends.contains(token))
          .forEach(forced::add);
    }
    return forced;
  }

  private GuideState state(GenerationRequest request, int[] tokens) {
    GuideState state = request.guide().start();
    for (int token : tokens) {
      if (!state.accept(token)) {
        throw new IllegalStateException("token " + token + " is against the guide");
      }
    }
    return state;
  }

  private double[] logits(GenerationRequest request, int[] tokens) {
    float[] logits = FakeModel.logits(concat(request.promptTokenIds(), tokens), vocabularySize);
    double[] wide = new double[logits.length];
    Arrays.setAll(wide, i -> logits[i]);
    return wide;
  }

  private double[] adjusted(double[] raw, GenerationRequest request, int[] tokens) {
    SamplingParameters s = request.sampling();
    double[] out = ReferenceSampler.penalised(raw, request.promptTokenIds(), tokens, s);
    boolean mayEnd = tokens.length >= s.minTokens();
    if (request.guide() != null) {
      GuideState state = state(request, tokens);
      mayEnd &= state.isAccepting();
      for (int token = 0; token < vocabularySize; token++) {
        if (!state.fork().accept(token) && !ends(s).contains(token)) {
          out[token] = -3e38;
        }
      }
    }
    if (!mayEnd) {
      for (int end : ends(s)) {
        out[end] = -3e38;
      }
    }
    return out;
  }

  private Set<Integer> ends(SamplingParameters s) {
    Set<Integer> ends = new HashSet<>(s.stopTokenIds());
    if (!s.ignoreEos()) {
      ends.addAll(eos);
    }
    return ends;
  }

  private FinishReason ended(GenerationRequest request, int[] tokens) {
    SamplingParameters s = request.sampling();
    int last = tokens[tokens.length - 1];
    if (tokens.length >= s.minTokens()) {
      if (ends(s).contains(last)) {
        return FinishReason.STOP;
      }
      String text = text(tokens);
      String before = text(Arrays.copyOf(tokens, tokens.length - 1));
      for (String stop : s.stop()) {
        if (text.indexOf(stop, Math.max(0, before.length() - stop.length() + 1)) >= 0) {
          return FinishReason.STOP;
        }
      }
    }
    if (request.guide() != null && !state(request, tokens).isOpen()) {
      return FinishReason.STOP;
    }
    int most = Math.min(s.maxTokens(), maxLength - request.promptTokenIds().length);
    return tokens.length >= most ? FinishReason.LENGTH : null;
  }

  private Completion completion(
      GenerationRequest request, int[] tokens, List<Float> logprobs, FinishReason reason) {
    String text = text(tokens);
    String before = text(Arrays.copyOf(tokens, tokens.length - 1));
    int cut = text.length();
    if (reason == FinishReason.STOP && !ends(request.sampling()).contains(last(tokens))) {
      for (String stop : request.sampling().stop()) {
        int at = text.indexOf(stop, Math.max(0, before.length() - stop.length() + 1));
        cut = at >= 0 ? Math.min(cut, at) : cut;
      }
    } else if (reason == FinishReason.STOP) {
      text = before;
      cut = before.length();
    }
    float[] chosen = new float[tokens.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = logprobs.get(i);
    }
    return new Completion(text.substring(0, cut), reason, tokens, chosen);
  }

  private String text(int[] tokens) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int token : tokens) {
      if (!tokenizer.vocabulary().special(token)) {
        text.writeBytes(tokenizer.vocabulary().bytes(token));
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static int last(int[] tokens) {
    return tokens[tokens.length - 1];
  }

  private record Beam(int[] tokens, List<Float> logprobs, double score) {}

  private record Pooled(double score, Completion completion) {}

  private List<Completion> beams(GenerationRequest request) {
    SamplingParameters s = request.sampling();
    int width = s.beamWidth();
    List<Beam> live = List.of(new Beam(new int[0], List.of(), 0));
    List<Pooled> pool = new ArrayList<>();
    while (true) {
      List<Beam> all = new ArrayList<>();
      for (Beam beam : live) {
        expand(request, beam, all);
      }
      all.sort(Comparator.comparingDouble((Beam beam) -> -beam.score));
      List<Beam> next = new ArrayList<>();
      for (int i = 0; i < all.size() && next.size() < width; i++) {
        Beam beam = all.get(i);
        FinishReason reason = ended(request, beam.tokens);
        if (reason == null) {
          next.add(beam);
        } else if (i < width) {
          Completion done = completion(request, beam.tokens, beam.logprobs, reason);
          pool.add(new Pooled(beam.score / beam.tokens.length, done));
        }
      }
      pool.sort(Comparator.comparingDouble((Pooled pooled) -> -pooled.score));
      pool = new ArrayList<>(pool.subList(0, Math.min(width, pool.size())));
      boolean full = pool.size() == width;
      if (next.isEmpty()
          || full && next.get(0).score / next.get(0).tokens.length <= pool.get(width - 1).score) {
        return pool.stream().limit(s.n()).map(Pooled::completion).toList();
      }
      live = next;
    }
  }

  private void expand(GenerationRequest request, Beam beam, List<Beam> all) {
    double[] logprobs = ReferenceSampler.logSoftmax(logits(request, beam.tokens));
    double[] scores = adjusted(logprobs, request, beam.tokens);
    for (int token = 0; token < vocabularySize; token++) {
      if (scores[token] < -1e30) {
        continue;
      }
      List<Float> longer = new ArrayList<>(beam.logprobs);
      longer.add((float) logprobs[token]);
      all.add(new Beam(append(beam.tokens, token), longer, beam.score + scores[token]));
    }
  }

  private static int[] append(int[] tokens, int token) {
    return concat(tokens, new int[] {token});
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
