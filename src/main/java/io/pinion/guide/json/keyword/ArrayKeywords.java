package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The keywords about arrays. */
final class ArrayKeywords {
  private final Literals literals;
  private final SchemaDocument document;

  ArrayKeywords(Literals literals) {
    this.literals = literals;
    this.document = literals.document();
  }

  void addTo(Map<String, Keyword> table) {
    counts(table);
    Keyword items = new Keyword(this::items, this::failItems);
    table.put("items", items);
    table.put("prefixItems", items);
    table.put("contains", new Keyword(this::contains, this::failContains));
    table.put(
        "uniqueItems",
        new Keyword(
            (use, branch) -> {
              if (use.value().asBoolean()) {
                branch.arrays.unique = use.schema();
              }
            },
            (use, options) -> {
              if (use.value().asBoolean()) {
                options.add(
                    arrays(
                        branch -> {
                          branch.arrays.repeating = use.schema();
                          branch.arrays.count(2, Regex.UNBOUNDED);
                        }));
              }
            }));
    table.put("unevaluatedItems", new Keyword(this::unevaluated, Unevaluated::refuseComplement));
  }

  private static void counts(Map<String, Keyword> table) {
    table.put(
        "minItems",
        new Keyword(
            (use, branch) -> branch.arrays.count(use.count(), Regex.UNBOUNDED),
            (use, options) -> {
              long count = use.count();
              if (count > 0) {
                options.add(arrays(branch -> branch.arrays.count(0, count - 1)));
              }
            }));
    table.put(
        "maxItems",
        new Keyword(
            (use, branch) -> branch.arrays.count(0, use.count()),
            (use, options) -> {
              long count = use.count();
              options.add(arrays(branch -> branch.arrays.count(count + 1, Regex.UNBOUNDED)));
            }));
  }

  private static Disjunct.Constraint arrays(Disjunct.Constraint constraint) {
    return Disjunct.Constraint.on(Disjunct.ARRAY, constraint);
  }

  /** Both keywords are one rule, which stands with prefixItems where that is given. */
  private static boolean standsElsewhere(KeywordUse use) {
    return use.keyword().equals("items") && use.beside("prefixItems").isGiven();
  }

  private void items(KeywordUse use, Disjunct branch) {
    if (!standsElsewhere(use)) {
      branch.arrays.items.add(rule(use.schema()));
    }
  }

  /** What the items must be, in the words of any draft. */
  private ArrayConstraints.Items rule(SchemaNode schema) {
    JsonNode json = schema.json();
    String list =
        json.has("prefixItems") ? "prefixItems" : json.path("items").isArray() ? "items" : null;
    String rest = json.has("prefixItems") || list == null ? "items" : "additionalItems";
    List<Integer> prefix = new ArrayList<>();
    if (list != null) {
      document.children(schema, list).forEach(item -> prefix.add(literals.yes(item)));
    }
    return new ArrayConstraints.Items(prefix, literals.yes(schema, rest));
  }

  private void failItems(KeywordUse use, List<Disjunct.Constraint> options) {
    if (standsElsewhere(use)) {
      return;
    }
    ArrayConstraints.Items rule = rule(use.schema());
    int anything = literals.yes(document.anything());
    for (int i = 0; i < rule.prefix().size(); i++) {
      List<Integer> before = new ArrayList<>(Collections.nCopies(i, anything));
      before.add(rule.prefix().get(i) ^ 1);
      ArrayConstraints.Items fails = new ArrayConstraints.Items(before, anything);
      options.add(
          arrays(
              branch -> {
                branch.arrays.items.add(fails);
                branch.arrays.count(fails.prefix().size(), Regex.UNBOUNDED);
              }));
    }
    if (rule.rest() != anything) {
      options.add(failingRest(use, rule));
    }
  }

  /** Some later item fails; where none may come, some item comes. */
  private Disjunct.Constraint failingRest(KeywordUse use, ArrayConstraints.Items rule) {
    boolean none = rule.rest() == literals.yes(document.nothing());
    if (!none && !rule.prefix().isEmpty()) {
      throw use.unsupported("with both first and later items inside not or oneOf");
    }
    return arrays(
        branch -> {
          branch.arrays.count(rule.prefix().size() + 1L, Regex.UNBOUNDED);
          if (!none) {
            branch.arrays.contains.add(
                new ArrayConstraints.Contains(rule.rest() ^ 1, 1, Regex.UNBOUNDED));
          }
        });
  }

  private static long least(KeywordUse contains) {
    KeywordUse least = contains.beside("minContains");
    return least.isGiven() ? least.count() : 1;
  }

  private int contained(KeywordUse use) {
    return literals.yes(literals.schema(use.schema(), use.keyword(), use.value()));
  }

  private void contains(KeywordUse use, Disjunct branch) {
    KeywordUse most = use.beside("maxContains");
    branch.arrays.contains.add(
        new ArrayConstraints.Contains(
            contained(use), least(use), most.isGiven() ? most.count() : Regex.UNBOUNDED));
  }

  private void failContains(KeywordUse use, List<Disjunct.Constraint> options) {
    int literal = contained(use);
    long least = least(use);
    if (least > 0) {
      ArrayConstraints.Contains fewer = new ArrayConstraints.Contains(literal, 0, least - 1);
      options.add(arrays(branch -> branch.arrays.contains.add(fewer)));
    }
    KeywordUse most = use.beside("maxContains");
    if (most.isGiven()) {
      ArrayConstraints.Contains more =
          new ArrayConstraints.Contains(literal, most.count() + 1, Regex.UNBOUNDED);
      options.add(arrays(branch -> branch.arrays.contains.add(more)));
    }
  }

  private void unevaluated(KeywordUse use, Disjunct branch) {
    Unevaluated others = Unevaluated.beside(use, document);
    if (others != null && !others.everyItem) {
      int rest = literals.yes(literals.schema(use.schema(), use.keyword(), use.value()));
      List<Integer> prefix = Collections.nCopies(others.prefix, literals.yes(document.anything()));
      branch.arrays.items.add(new ArrayConstraints.Items(prefix, rest));
    }
  }
}
