package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Prompts whose keys and values are kept, so that a row whose prompt begins like one of them begins
 * behind what they share. The rows of a job mostly share their system message.
 *
 * <p>A prompt is kept when another one comes that shares more with it than with those kept before:
 * from the slot of a row under way, or as soon as it has been read where a row waits for that. What
 * is kept has no more tokens than one more slot might have, in {@link LanguageModel#prefixes}
 * prompts at most; the one that was not used for longest makes room.
 *
 * <p>Owned by the thread that holds the lease.
 */
public final class PrefixCache {
  /** What is shared has to be worth the copying. */
  static final int MIN_TOKENS = 16;

  private final LanguageModel model;
  private final boolean off;
  private final Map<Integer, int[]> kept = new LinkedHashMap<>(8, 0.75f, true);
  private final Map<Sequence, Match> due = new LinkedHashMap<>();
  private final Set<Sequence> awaited = new HashSet<>();

  /** What a prompt shares with a kept one. */
  private record Match(int prefix, int length) {}

  public PrefixCache(LanguageModel model, BatchSettings settings) {
    this.model = model;
    this.off = settings.plain();
  }

  /**
   * Whether a row had better wait, because a prompt that is being read shares so much with its own
   * that the steps until it is read are worth it.
   */
  public boolean awaits(SequenceGroup row, Collection<Sequence> reading) {
    if (off) {
      return false;
    }
    int[] prompt = row.request.promptTokenIds();
    Sequence source = closest(prompt, reading);
    boolean waits = source != null && shared(prompt, source) >= best(prompt).length + MIN_TOKENS;
    if (waits) {
      awaited.add(source);
    }
    return waits;
  }

  /** Keeps a prompt that has been read where a row waits for it: the sequence may end at once. */
  public void keepAwaited(Sequence read) {
    if (awaited.remove(read)) {
      keep(read);
    }
  }

  /**
   * Lets a new sequence begin behind what it shares with a kept prompt; {@link #load} copies it
   * before the next step.
   *
   * @param read the sequences whose prompts are in the cache whole
   */
  public void begin(Sequence sequence, Collection<Sequence> read) {
    if (off) {
      return;
    }
    int[] prompt = sequence.row.request.promptTokenIds();
    Match match = best(prompt);
    Sequence source = closest(prompt, read);
    if (source != null && shared(prompt, source) >= match.length + MIN_TOKENS) {
      match = new Match(keep(source), shared(prompt, source));
    }
    if (match.length >= MIN_TOKENS) {
      kept.get(match.prefix);
      sequence.cached = match.length;
      sequence.row.cachedPromptTokens = match.length;
      due.put(sequence, match);
    }
  }

  /** Copies what the sequences that began since the last step share with kept prompts. */
  public void load() {
    Map<Match, List<Sequence>> byMatch = new LinkedHashMap<>();
    due.forEach((s, match) -> byMatch.computeIfAbsent(match, m -> new ArrayList<>()).add(s));
    due.clear();
    byMatch.forEach(
        (match, sequences) ->
            model.loadPrefix(
                match.prefix, sequences.stream().mapToInt(s -> s.slot).toArray(), match.length));
  }

  /** Forgets a sequence that ends, perhaps before its first step. */
  public void drop(Sequence sequence) {
    due.remove(sequence);
    awaited.remove(sequence);
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
    List.copyOf(kept.entrySet()).stream()
        .filter(other -> common(tokens, other.getValue()) == other.getValue().length)
        .forEach(other -> giveUp(other.getKey()));
    while (kept.size() == model.prefixes() || keptTokens() + tokens.length > model.maxLength()) {
      giveUp(kept.keySet().iterator().next());
    }
    int place = 0;
    while (kept.containsKey(place)) {
      place++;
    }
    return place;
  }

  private void giveUp(int place) {
    kept.remove(place);
    model.dropPrefix(place);
  }

  private long keptTokens() {
    return kept.values().stream().mapToLong(tokens -> tokens.length).sum();
  }

  /** The sequence whose prompt shares most with this one; null where there is none. */
  private static Sequence closest(int[] prompt, Collection<Sequence> sequences) {
    return sequences.stream()
        .max(Comparator.comparingInt(other -> shared(prompt, other)))
        .orElse(null);
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
