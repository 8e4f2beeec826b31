package io.pinion.guide.json.type;

import java.util.List;
import java.util.Set;

/**
 * What the values of a JSON Schema have in common, null left aside: what a typed column needs to
 * hold the values that the schema's guide lets through. Immutable.
 */
public sealed interface ValueShape {
  /** Values that are neither arrays nor objects, and those that have no one shape. */
  enum Scalar implements ValueShape {
    /** There are no values. */
    NONE,
    NULL,
    BOOLEAN,
    /** Numbers without a fraction, of any size; 2.0 is one. */
    INTEGER,
    NUMBER,
    STRING,
    /** Strings of the format date. */
    DATE,
    /** Strings of the format date-time. */
    DATE_TIME,
    /** Values of several kinds, or of one whose parts are not known. */
    MIXED;

    /** The kind of strings that have some formats. */
    static Scalar text(Set<String> formats) {
      return formats.contains("date") ? DATE : formats.contains("date-time") ? DATE_TIME : STRING;
    }
  }

  /** Arrays whose items have one shape. */
  record Items(ValueShape items) implements ValueShape {}

  /**
   * Objects with these members, each of which may be missing. Where the schema lets others come
   * beside them, those are not among them; where it has no type, values that are not objects may
   * come too.
   */
  record Members(List<Member> members) implements ValueShape {}

  /** A member of objects. */
  record Member(String name, ValueShape value) {}

  /** Objects with any keys, whose values have one shape. */
  record Entries(ValueShape values) implements ValueShape {}
}
