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
 * Prefix caching: keeps the keys and values of prompts, so that a sequence whose prompt starts with
 * the same tokens skips their prefill. Most rows of a job share their system message.
 *
 * <p>A prompt is cached when a new one shares a longer prefix with it than with those already
 * cached: from the slot of a sequence in progress, or, if a group waits for it, as soon as its
 * prefill is done ({@link #requestKeep}). All cached prompts together have at most as many tokens
 * as one slot can hold, and their number is at most {@link LanguageModel#prefixes}; the least
 * recently used one is evicted.
 *
 * <p>Owned by the thread that holds the lease.
 */
public final class PrefixCache {
  /** Shorter prefixes are not worth copying. */
  static final int MIN_TOKENS = 16;

  private final LanguageModel model;
  private final boolean off;
  private final Map<Integer, int[]> kept = new LinkedHashMap<>(8, 0.75f, true);
  private final Map<Sequence, Match> due = new LinkedHashMap<>();
  private final Set<Sequence> toKeep = new HashSet<>();

  /** A cached prompt and the length in tokens of the prefix that a prompt shares with it. */
  private record Match(int prefix, int length) {}

  public PrefixCache(LanguageModel model, BatchSettings settings) {
    this.model = model;
    this.off = settings.plain();
  }

  /**
   * Whether a group should wait, because a prompt in prefill shares so much with its own that
   * waiting for that prefill pays off.
   */
  public boolean awaits(SequenceGroup group, Collection<Sequence> prefilling) {
    return awaited(group, prefilling).isPresent();
  }

  /** Requests that the prompt that a group {@link #awaits} is cached once its prefill is done. */
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

  /** Caches a prompt whose prefill is done, if requested; its sequence may end right after. */
  public void keepAwaited(Sequence prefilled) {
    if (toKeep.remove(prefilled)) {
      keep(prefilled);
    }
  }

  /**
   * Lets a new sequence skip the prefix that it shares with a cached prompt; {@link #load} copies
   * the prefix before the next step.
   *
   * @param prefilled the sequences whose complete prompts are in the KV cache
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

  /** Copies cached prefixes to the sequences that began since the last step. */
  public void load() {
    Map<Match, List<Sequence>> byMatch = new LinkedHashMap<>();
    due.forEach((s, match) -> byMatch.computeIfAbsent(match, m -> new ArrayList<>()).add(s));
    due.clear();
    byMatch.forEach(
        (match, sequences) ->
            model.loadPrefix(
                match.prefix, sequences.stream().mapToInt(Sequence::slot).toArray(), match.length));
  }

  /** Removes a sequence that ends, perhaps before its first step. */
  public void drop(Sequence sequence) {
    due.remove(sequence);
    toKeep.remove(sequence);
  }

  /** The longest match; its length is 0 if there is none. */
  private Match best(int[] prompt) {
    Match best = new Match(0, 0);
    for (Map.Entry<Integer, int[]> entry : kept.entrySet()) {
      int length = common(prompt, entry.getValue());
      best = length > best.length ? new Match(entry.getKey(), length) : best;
    }
    return best;
  }

  private int keep(Sequence source) {
    // A prefix that has yet to be copied must not be replaced.
    load();
    int[] prompt = source.group().promptTokenIds();
    int[] tokens = Arrays.copyOf(prompt, Math.min(prompt.length, model.maxLength()));
    int prefix = freePrefix(tokens);
    model.savePrefix(prefix, source.slot(), tokens.length);
    kept.put(prefix, tokens);
    return prefix;
  }

  /** Makes room; cached prompts that are prefixes of the new one are replaced. */
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

  /** The sequence whose prompt shares the longest prefix with this one. */
  private static Optional<Sequence> closest(int[] prompt, Collection<Sequence> sequences) {
    return sequences.stream().max(Comparator.comparingInt(other -> shared(prompt, other)));
  }

  private static int shared(int[] prompt, Sequence other) {
    return common(prompt, other.group().promptTokenIds());
  }

  /** Length of the common prefix of two prompts; never includes the first one's last token. */
  private static int common(int[] prompt, int[] other) {
    int at = Arrays.mismatch(prompt, other);
    return Math.min(at < 0 ? prompt.length : at, prompt.length - 1);
  }
}
