package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import java.util.List;
import java.util.Set;

/** Which keys of an object something is said about. */
public sealed interface KeyMatch {
  /** One key. */
  record Named(String name) implements KeyMatch {}

  /** The keys whose spelled text matches. */
  record Patterned(Regex regex) implements KeyMatch {}

  /** The keys that are neither of the names nor match a pattern. */
  record Remaining(Set<String> names, List<Regex> patterns) implements KeyMatch {}

  /** Whether a key is meant, given its spelled text. */
  default boolean covers(String name, Regex spelled, RegexPool pool) {
    if (this instanceof Named named) {
      return named.name.equals(name);
    } else if (this instanceof Patterned patterned) {
      return pool.alive(pool.and(spelled, patterned.regex));
    }
    Remaining remaining = (Remaining) this;
    return !remaining.names.contains(name)
        && remaining.patterns.stream().noneMatch(p -> pool.alive(pool.and(spelled, p)));
  }
}
