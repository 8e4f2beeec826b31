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
import java.util.Optional;
import java.util.Set;

/**
 * Prompts whose keys and values are kept, so that a sequence whose prompt begins like one of them
 * begins behind what they share (prefix caching). The rows of a job mostly share their system
 * message.
 *
 * <p>A prompt is kept when another one comes that shares more with it than with those kept before:
 * from the slot of a sequence under way, or as soon as its prefill is done where a group waits for
 * that ({@link #requestKeep}). What is kept has no more tokens than one more slot might have, in
 * {@link LanguageModel#prefixes} prompts at most; the least recently used one makes room.
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
  private final Set<Sequence> toKeep = new HashSet<>();

  /** What a prompt shares with a kept one. */
  private record Match(int prefix, int length) {}

  public PrefixCache(LanguageModel model, BatchSettings settings) {
    this.model = model;
    this.off = settings.plain();
  }

  /**
   * Whether a group had better wait, because a prompt in prefill shares so much with its own that
   * the steps until it is done are worth it.
   */
  public boolean awaits(SequenceGroup group, Collection<Sequence> prefilling) {
    return awaited(group, prefilling).isPresent();
  }

  /** Has the prompt that a group {@link #awaits} kept as soon as its prefill is done. */
  public void requestKeep(SequenceGroup group, Collection<Sequence> prefilling) {
    awaited(group, prefilling).ifPresent(toKeep::add);
  }

  private Optional<Sequence> awaited(SequenceGroup group, Collection<Sequence> prefilling) {
    if (off) {
      return Optional.empty();
    }
    int[] prompt = group.promptTokenIds();
    return closest(prompt, prefilling)
        .filter(source -> shared(prompt, source) >= best(prompt).length + MIN_TOKENS);
  }

  /** Keeps a prompt whose prefill is done where that was requested: it may end at once. */
  public void keepAwaited(Sequence prefilled) {
    if (toKeep.remove(prefilled)) {
      keep(prefilled);
    }
  }

  /**
   * Lets a new sequence begin behind what it shares with a kept prompt; {@link #load} copies it
   * before the next step.
   *
   * @param prefilled the sequences whose prompts the KV cache holds whole
   */
  public void begin(Sequence sequence, Collection<Sequence> prefilled) {
    if (off) {
      return;
    }
    int[] prompt = sequence.group().promptTokenIds();
    Match match = best(prompt);
    Sequence source = closest(prompt, prefilled).orElse(null);
    if (source != null && shared(prompt, source) >= match.length + MIN_TOKENS) {
      match = new Match(keep(source), shared(prompt, source));
    }
    if (match.length >= MIN_TOKENS) {
      kept.get(match.prefix);
      sequence.beginBehind(match.length);
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
                match.prefix, sequences.stream().mapToInt(Sequence::slot).toArray(), match.length));
  }

  /** Forgets a sequence that ends, perhaps before its first step. */
  public void drop(Sequence sequence) {
    due.remove(sequence);
    toKeep.remove(sequence);
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
    int[] prompt = source.group().promptTokenIds();
    int[] tokens = Arrays.copyOf(prompt, Math.min(prompt.length, model.maxLength()));
    int prefix = freePrefix(tokens);
    model.savePrefix(prefix, source.slot(), tokens.length);
    kept.put(prefix, tokens);
    return prefix;
  }

  /** Makes room; a prompt that begins like a kept one and goes on replaces it. */
  private int freePrefix(int[] tokens) {
    List.copyOf(kept.entrySet()).stream()
        .filter(other -> common(tokens, other.getValue()) == other.getValue().length)
        .forEach(other -> drop(other.getKey()));
    while (kept.size() == model.prefixes() || keptTokens() + tokens.length > model.maxLength()) {
      drop(kept.keySet().iterator().next());
    }
    int prefix = 0;
    while (kept.containsKey(prefix)) {
      prefix++;
    }
    return prefix;
  }

  private void drop(int prefix) {
    kept.remove(prefix);
    model.dropPrefix(prefix);
  }

  private long keptTokens() {
    return kept.values().stream().mapToLong(tokens -> tokens.length).sum();
  }

  /** The sequence whose prompt shares most with this one. */
  private static Optional<Sequence> closest(int[] prompt, Collection<Sequence> sequences) {
    return sequences.stream().max(Comparator.comparingInt(other -> shared(prompt, other)));
  }

  private static int shared(int[] prompt, Sequence other) {
    return common(prompt, other.group().promptTokenIds());
  }

  /** How many tokens two prompts begin with alike; the first one's last is never among them. */
  private static int common(int[] prompt, int[] other) {
    int at = Arrays.mismatch(prompt, other);
    return Math.min(at < 0 ? prompt.length : at, prompt.length - 1);
  }
}
