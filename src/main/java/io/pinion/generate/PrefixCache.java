package io.pinion.generate;

import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts whose keys and values are kept, so that a row whose prompt begins like one of them begins
 * behind what they share. The rows of a job mostly share their system message.
 *
 * <p>A prompt is kept when another one comes that shares more with it than with those kept before;
 * its source is the slot of a row under way. What is kept has no more tokens than one more slot
 * might have, in {@link LanguageModel#PREFIXES} prompts at most; the one that was not used for
 * longest makes room.
 *
 * <p>Owned by the thread that holds the lease.
 */
final class PrefixCache {
  /** What is shared has to be worth the copying. */
  static final int LEAST = 16;

  private final LanguageModel model;
  private final boolean off;
  private final Map<Integer, int[]> kept = new LinkedHashMap<>(8, 0.75f, true);
  private final Map<Sequence, Match> due = new LinkedHashMap<>();

  /** What a prompt shares with a kept one. */
  private record Match(int prefix, int length) {}

  PrefixCache(LanguageModel model, BatchSettings settings) {
    this.model = model;
    this.off = settings.plain();
  }

  /**
   * Whether a row had better wait, because a prompt that is being read shares so much with its own
   * that the steps until it is read are worth it.
   */
  boolean awaits(Row row, Collection<Sequence> reading) {
    if (off) {
      return false;
    }
    int[] prompt = row.request.promptTokenIds();
    int known = best(prompt).length;
    return reading.stream().anyMatch(other -> shared(prompt, other) >= known + LEAST);
  }

  /**
   * Lets a new sequence begin behind what it shares with a kept prompt; {@link #load} copies it
   * before the next step.
   *
   * @param read the sequences whose prompts are in the cache whole
   */
  void begin(Sequence sequence, Collection<Sequence> read) {
    if (off) {
      return;
    }
    int[] prompt = sequence.row.request.promptTokenIds();
    Match match = best(prompt);
    for (Sequence other : read) {
      if (shared(prompt, other) >= match.length + LEAST) {
        match = new Match(keep(other), shared(prompt, other));
      }
    }
    if (match.length >= LEAST) {
      kept.get(match.prefix);
      sequence.cached = match.length;
      sequence.row.cachedPromptTokens = match.length;
      due.put(sequence, match);
    }
  }

  /** Copies what the sequences that began since the last step share with kept prompts. */
  void load() {
    Map<Match, List<Sequence>> byMatch = new LinkedHashMap<>();
    due.forEach((s, match) -> byMatch.computeIfAbsent(match, m -> new ArrayList<>()).add(s));
    due.clear();
    byMatch.forEach(
        (match, sequences) ->
            model.loadPrefix(
                match.prefix, sequences.stream().mapToInt(s -> s.slot).toArray(), match.length));
  }

  /** Forgets a sequence that may have begun since the last step. */
  void drop(Sequence sequence) {
    due.remove(sequence);
  }

  /** The longest match; of length 0 where there is none. */
  private Match best(int[] prompt) {
    Match best = new Match(0, 0);
    for (Map.Entry<Integer, int[]> entry : kept.entrySet()) {
      int length = common(prompt, entry.getValue());
      best = length > best.length ? new Match(entry.getKey(), length) : best;
    }
    return best;
  }

  private int keep(Sequence source) {
    // A prefix that waits to be copied must not be replaced.
    load();
    int[] prompt = source.row.request.promptTokenIds();
    int[] tokens = Arrays.copyOf(prompt, Math.min(prompt.length, model.maxLength()));
    int place = place(tokens);
    model.savePrefix(place, source.slot, tokens.length);
    kept.put(place, tokens);
    return place;
  }

  /** Makes room; a prompt that begins like a kept one and goes on takes its place. */
  private int place(int[] tokens) {
    kept.values().removeIf(other -> common(tokens, other) == other.length);
    var oldest = kept.entrySet().iterator();
    long total = kept.values().stream().mapToLong(other -> other.length).sum() + tokens.length;
    while (kept.size() == LanguageModel.PREFIXES || total > model.maxLength()) {
      total -= oldest.next().getValue().length;
      oldest.remove();
    }
    int place = 0;
    while (kept.containsKey(place)) {
      place++;
    }
    return place;
  }

  private static int shared(int[] prompt, Sequence other) {
    return common(prompt, other.row.request.promptTokenIds());
  }

  /** How many tokens two prompts begin with alike; the first one's last is never among them. */
  private static int common(int[] prompt, int[] other) {
    int at = Arrays.mismatch(prompt, other);
    return Math.min(at < 0 ? prompt.length : at, prompt.length - 1);
  }
}
