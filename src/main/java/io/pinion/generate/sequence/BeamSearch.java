package io.pinion.generate.sequence;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.sample.BeamCandidates;
import io.pinion.generate.sample.SamplingBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search for one request, as Hugging Face's {@code generate} does it with a length penalty of
 * 1 and {@code early_stopping=False}.
 *
 * <p>Each step takes the likeliest continuations of all live beams. Those among the first {@code
 * beamWidth} that end go to the pool of finished beams, with their score divided by their length;
 * the likeliest that continue become the next live beams. The search ends when the pool is full and
 * the best live beam, its score divided by its length, is no better than the worst of the pool.
 */
public final class BeamSearch {
  /** Scores below this belong to tokens that a mask forbids. */
  private static final double FORBIDDEN = -1e30;

  private final SequenceGroup group;
  private final int width;
  private final List<Finished> pool = new ArrayList<>();

  public BeamSearch(SequenceGroup group) {
    this.group = group;
    this.width = group.sampling().beamWidth();
  }

  private record Finished(double score, Completion completion) {}

  /** The sampler's input to find the next candidates: enough that some of them do not end. */
  public SamplingBatch.Beams samplingBeams(int vocabularySize) {
    long wanted = (long) Math.max(2, 1 + group.endTokens().size()) * width;
    long all = (long) group.live().size() * vocabularySize;
    return new SamplingBatch.Beams(
        group.live().stream().map(Sequence::samplingRow).toList(),
        group.live().stream().mapToDouble(Sequence::score).toArray(),
        (int) Math.min(wanted, all));
  }

  /**
   * A live beam of the next step.
   *
   * @param parent the beam that it continues
   */
  public record Child(Sequence parent, Sequence sequence) {}

  /**
   * Takes a step's candidates.
   *
   * @return the beams that continue, not yet with slots or counts; empty if the search is over
   */
  public List<Child> advance(BeamCandidates candidates) {
    List<Child> next = new ArrayList<>();
    for (int i = 0; i < candidates.tokens().length && next.size() < width; i++) {
      if (candidates.scores()[i] < FORBIDDEN) {
        break;
      }
      Sequence parent = group.live().get(candidates.parents()[i]);
      Sequence child = parent.forkBeam(candidates.scores()[i]);
      FinishReason reason = child.append(candidates.tokens()[i], candidates.logprobs()[i]);
      if (reason == null) {
        next.add(new Child(parent, child));
        continue;
      }
      if (i < width) {
        pool.add(new Finished(child.score() / child.length(), child.completed(reason)));
      }
    }
    trim();
    return over(next) ? List.of() : next;
  }

  private void trim() {
    pool.sort(Comparator.comparingDouble(Finished::score).reversed());
    if (pool.size() > width) {
      pool.subList(width, pool.size()).clear();
    }
  }

  private boolean over(List<Child> next) {
    if (next.isEmpty()) {
      return true;
    }
    Sequence best = next.get(0).sequence;
    return pool.size() == width && best.score() / best.length() <= pool.get(width - 1).score;
  }

  /** The best {@code n} finished beams, best first. */
  public List<Completion> best() {
    return pool.stream().limit(group.sampling().n()).map(Finished::completion).toList();
  }
}
