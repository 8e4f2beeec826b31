package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import java.util.List;
import java.util.Map;

/** The keywords about strings. */
final class StringKeywords {
  private final StringPatterns patterns;
  private final RegexPool pool;

  StringKeywords(StringPatterns patterns, RegexPool pool) {
    this.patterns = patterns;
    this.pool = pool;
  }

  void addTo(Map<String, Keyword> table) {
    table.put(
        "minLength",
        new Keyword(
            (use, branch) -> branch.strings.length(use.count(), Regex.UNBOUNDED),
            (use, options) -> {
              long count = use.count();
              if (count > 0) {
                options.add(strings(branch -> branch.strings.length(0, count - 1)));
              }
            }));
    table.put(
        "maxLength",
        new Keyword(
            (use, branch) -> branch.strings.length(0, use.count()),
            (use, options) -> {
              long count = use.count();
              options.add(strings(branch -> branch.strings.length(count + 1, Regex.UNBOUNDED)));
            }));
    table.put(
        "pattern",
        new Keyword(
            (use, branch) -> branch.strings.matching(pattern(use)),
            (use, options) -> options.add(failing(pattern(use)))));
    table.put("format", new Keyword(this::format, this::otherFormat));
  }

  private static Disjunct.Constraint strings(Disjunct.Constraint constraint) {
    return Disjunct.Constraint.on(Disjunct.STRING, constraint);
  }

  private Disjunct.Constraint failing(Regex regex) {
    Regex other = pool.not(regex);
    return strings(branch -> branch.strings.matching(other));
  }

  private Regex pattern(KeywordUse use) {
    if (!use.value().isTextual()) {
      throw use.wrong("is not a string");
    }
    return patterns.search(use.schema(), use.keyword(), use.value().textValue());
  }

  private void format(KeywordUse use, Disjunct branch) {
    Regex regex = patterns.format(use);
    if (regex != null) {
      branch.strings.matching(regex);
      branch.strings.formatted(use.value().asText());
    }
  }

  private void otherFormat(KeywordUse use, List<Disjunct.Constraint> options) {
    Regex regex = patterns.format(use);
    if (regex != null) {
      options.add(failing(regex));
    }
  }
}
