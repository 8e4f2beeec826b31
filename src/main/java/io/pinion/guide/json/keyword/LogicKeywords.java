package io.pinion.guide.json.keyword;

import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keywords that refer to schemas and join them. */
final class LogicKeywords {
  private final Literals literals;
  private final SchemaDocument document;

  LogicKeywords(Literals literals) {
    this.literals = literals;
    this.document = literals.document();
  }

  void addTo(Map<String, Keyword> table) {
    Keyword reference =
        new Keyword(
            (use, branch) -> branch.require(literals.yes(target(use))),
            (use, options) -> options.add(requiring(literals.no(target(use)))));
    table.put("$ref", reference);
    table.put("$dynamicRef", reference);
    table.put("$recursiveRef", reference);
    table.put(
        "allOf",
        new Keyword(
            (use, branch) -> schemas(use).forEach(all -> branch.require(literals.yes(all))),
            (use, options) ->
                schemas(use).forEach(one -> options.add(requiring(literals.no(one))))));
    table.put("anyOf", new Keyword(this::any, this::none));
    table.put("oneOf", new Keyword(this::one, this::notOne));
    table.put(
        "not",
        new Keyword(
            (use, branch) -> branch.require(literals.no(schema(use))),
            (use, options) -> options.add(requiring(literals.yes(schema(use))))));
    table.put("if", new Keyword(this::condition, this::failedCondition));
  }

  private static Disjunct.Constraint requiring(int... members) {
    return branch -> {
      for (int literal : members) {
        branch.require(literal);
      }
    };
  }

  private SchemaNode schema(KeywordUse use) {
    return literals.schema(use.schema(), use.keyword(), use.value());
  }

  private List<SchemaNode> schemas(KeywordUse use) {
    return document.children(use.schema(), use.keyword());
  }

  private SchemaNode target(KeywordUse use) {
    String target = use.value().asText();
    int mark = target.indexOf('#');
    if (use.keyword().equals("$dynamicRef")
        && mark >= 0
        && !document.dynamicAnchorIsUnique(target.substring(mark + 1))) {
      throw use.unsupported("has more than one anchor to choose from");
    }
    return document.resolve(use.schema(), use.keyword(), target);
  }

  private void any(KeywordUse use, Disjunct branch) {
    Set<Integer> distinct = new LinkedHashSet<>();
    schemas(use).forEach(schema -> distinct.add(literals.yes(schema)));
    List<Disjunct.Constraint> options = new ArrayList<>();
    distinct.forEach(literal -> options.add(requiring(literal)));
    branch.choose(options);
  }

  private void none(KeywordUse use, List<Disjunct.Constraint> options) {
    options.add(requiring(schemas(use).stream().mapToInt(literals::no).toArray()));
  }

  /** Exactly one holds: each option also denies those of the others that it may overlap. */
  private void one(KeywordUse use, Disjunct branch) {
    List<SchemaNode> schemas = schemas(use);
    List<Disjunct.Constraint> options = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      int chosen = literals.yes(schemas.get(i));
      List<Integer> members = new ArrayList<>(List.of(chosen));
      for (int j = 0; j < schemas.size(); j++) {
        if (j != i && !literals.disjoint(chosen, literals.yes(schemas.get(j)))) {
          members.add(literals.no(schemas.get(j)));
        }
      }
      options.add(requiring(members.stream().mapToInt(Integer::intValue).toArray()));
    }
    branch.choose(options);
  }

  private void notOne(KeywordUse use, List<Disjunct.Constraint> options) {
    none(use, options);
    List<SchemaNode> schemas = schemas(use);
    for (int i = 0; i < schemas.size(); i++) {
      for (int j = 0; j < i; j++) {
        int first = literals.yes(schemas.get(i));
        int second = literals.yes(schemas.get(j));
        if (first == second || !literals.disjoint(first, second)) {
          options.add(requiring(first, second));
        }
      }
    }
  }

  private void condition(KeywordUse use, Disjunct branch) {
    int then = literals.yes(use.schema(), "then");
    int otherwise = literals.yes(use.schema(), "else");
    if (then != otherwise) {
      SchemaNode test = schema(use);
      branch.choose(
          List.of(requiring(literals.yes(test), then), requiring(literals.no(test), otherwise)));
    }
  }

  private void failedCondition(KeywordUse use, List<Disjunct.Constraint> options) {
    SchemaNode test = schema(use);
    int then = literals.yes(use.schema(), "then");
    int otherwise = literals.yes(use.schema(), "else");
    options.add(requiring(literals.yes(test), then ^ 1));
    options.add(requiring(literals.no(test), otherwise ^ 1));
  }
}
