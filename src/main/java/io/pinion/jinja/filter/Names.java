package io.pinion.jinja.filter;

import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.JinjaException;
import java.util.Map;
import java.util.TreeSet;

/** Looks up filters and tests by name; the error for an unknown name lists the known ones. */
final class Names {
  private Names() {}

  static <T> T find(String kind, String name, Map<String, T> known) {
    T found = known.get(name);
    if (found == null) {
      throw new EvaluationException(unknown(kind, name, known));
    }
    return found;
  }

  static void require(String kind, String name, Map<String, ?> known, int line) {
    if (!known.containsKey(name)) {
      throw new JinjaException(line, unknown(kind, name, known));
    }
  }

  private static String unknown(String kind, String name, Map<String, ?> known) {
    String names = String.join(", ", new TreeSet<>(known.keySet()));
    return "unknown " + kind + " '" + name + "'; known " + kind + "s: " + names;
  }
}
