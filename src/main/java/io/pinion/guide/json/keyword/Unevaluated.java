package io.pinion.guide.json.keyword;

import java.util.List;

/** When unevaluatedProperties and unevaluatedItems can be followed: beside plain keywords alone. */
final class Unevaluated {
  private static final List<String> JOINING =
      List.of(
          "$ref",
          "$dynamicRef",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "dependentSchemas",
          "contains");

  private Unevaluated() {}

  /** Whether the keyword constrains anything; refuses it where it cannot be followed. */
  static boolean constrains(KeywordUse use) {
    if (use.isTrue()) {
      return false;
    }
    for (String other : JOINING) {
      if (use.beside(other).isGiven()) {
        throw use.unsupported("beside " + other);
      }
    }
    return true;
  }

  /** Refuses a schema with the keyword whose complement is asked for. */
  static void refuseComplement(KeywordUse use, List<Disjunct.Constraint> options) {
    if (!use.isTrue()) {
      throw use.unsupported("inside not or oneOf");
    }
  }
}
