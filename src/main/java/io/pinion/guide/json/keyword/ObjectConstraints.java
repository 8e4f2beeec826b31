package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a branch of a schema says about objects. */
public final class ObjectConstraints {
  /** What is said about single keys, in the order of their first mention. */
  public final Map<String, Set<Integer>> named = new LinkedHashMap<>();

  public final Set<String> required = new LinkedHashSet<>();

  /** What is said about keys that are not named one by one. */
  public final List<KeyRule> rules = new ArrayList<>();

  public final List<SomeKey> some = new ArrayList<>();

  public long least;
  public long most = Regex.UNBOUNDED;

  ObjectConstraints copy() {
    ObjectConstraints copy = new ObjectConstraints();
    named.forEach((name, literals) -> copy.named.put(name, new LinkedHashSet<>(literals)));
    copy.required.addAll(required);
    copy.rules.addAll(rules);
    copy.some.addAll(some);
    copy.least = least;
    copy.most = most;
    return copy;
  }

  int size() {
    return named.size() + required.size() + rules.size() + some.size();
  }

  public void rule(KeyMatch match, int literal) {
    KeyRule rule = new KeyRule(match, literal);
    if (match instanceof KeyMatch.Named one) {
      named.computeIfAbsent(one.name(), name -> new LinkedHashSet<>()).add(literal);
    } else if (!rules.contains(rule)) {
      rules.add(rule);
    }
  }

  public void count(long from, long to) {
    least = Math.max(least, from);
    most = Math.min(most, to);
  }

  /** Every key that is spoken of by name, properties first, then required ones. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(named.keySet());
    names.addAll(required);
    for (KeyRule rule : rules) {
      if (rule.match() instanceof KeyMatch.Remaining remaining) {
        names.addAll(remaining.names());
      }
    }
    return names;
  }
}
