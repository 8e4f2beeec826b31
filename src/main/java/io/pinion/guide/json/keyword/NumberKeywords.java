package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The keywords about numbers; exclusive bounds are numbers, or in draft 4 flags. */
final class NumberKeywords {
  private final RegexPool pool;

  NumberKeywords(RegexPool pool) {
    this.pool = pool;
  }

  void addTo(Map<String, Keyword> table) {
    table.put(
        "minimum",
        new Keyword(
            (use, branch) ->
                branch.numbers.atLeast(use.number(), !use.beside("exclusiveMinimum").isTrue()),
            NumberKeywords::below));
    table.put(
        "exclusiveMinimum",
        new Keyword(
            (use, branch) -> {
              if (!use.value().isBoolean()) {
                branch.numbers.atLeast(use.number(), false);
              }
            },
            NumberKeywords::below));
    table.put(
        "maximum",
        new Keyword(
            (use, branch) ->
                branch.numbers.atMost(use.number(), !use.beside("exclusiveMaximum").isTrue()),
            NumberKeywords::above));
    table.put(
        "exclusiveMaximum",
        new Keyword(
            (use, branch) -> {
              if (!use.value().isBoolean()) {
                branch.numbers.atMost(use.number(), false);
              }
            },
            NumberKeywords::above));
    Keyword multiple =
        new Keyword(
            (use, branch) -> branch.numbers.multipleOf(step(use)),
            (use, options) -> {
              Regex other = pool.not(NumberConstraints.multiples(pool, step(use)));
              options.add(numbers(branch -> branch.numbers.matching(other)));
            });
    table.put("multipleOf", multiple);
    table.put("divisibleBy", multiple);
  }

  private static Disjunct.Constraint numbers(Disjunct.Constraint constraint) {
    return Disjunct.Constraint.on(Disjunct.NUMBER, constraint);
  }

  private static void below(KeywordUse use, List<Disjunct.Constraint> options) {
    if (!use.value().isBoolean()) {
      BigDecimal bound = use.number();
      boolean included = exclusive(use, "exclusiveMinimum");
      options.add(numbers(branch -> branch.numbers.atMost(bound, included)));
    }
  }

  private static void above(KeywordUse use, List<Disjunct.Constraint> options) {
    if (!use.value().isBoolean()) {
      BigDecimal bound = use.number();
      boolean included = exclusive(use, "exclusiveMaximum");
      options.add(numbers(branch -> branch.numbers.atLeast(bound, included)));
    }
  }

  private static boolean exclusive(KeywordUse use, String keyword) {
    return use.keyword().equals(keyword) || use.beside(keyword).isTrue();
  }

  private static BigDecimal step(KeywordUse use) {
    BigDecimal step = use.number().stripTrailingZeros();
    if (step.signum() <= 0) {
      throw use.wrong("is not positive");
    }
    if (!NumberConstraints.isSmall(step)) {
      throw use.unsupported("has too many digits");
    }
    return step;
  }
}
