package io.pinion.guide.json.type;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The shape of the values that have one or another: where parts differ in kind, a mixed one. */
final class ShapeUnion {
  private static final Set<ValueShape.Scalar> NUMBERS =
      EnumSet.of(ValueShape.Scalar.INTEGER, ValueShape.Scalar.NUMBER);
  private static final Set<ValueShape.Scalar> STRINGS =
      EnumSet.of(ValueShape.Scalar.STRING, ValueShape.Scalar.DATE, ValueShape.Scalar.DATE_TIME);

  private ShapeUnion() {}

  static ValueShape of(ValueShape one, ValueShape other) {
    if (one.equals(other) || other == ValueShape.Scalar.NONE) {
      return one;
    } else if (one == ValueShape.Scalar.NONE || one == ValueShape.Scalar.NULL) {
      return other;
    } else if (other == ValueShape.Scalar.NULL) {
      return one;
    } else if (NUMBERS.contains(one) && NUMBERS.contains(other)) {
      return ValueShape.Scalar.NUMBER;
    } else if (STRINGS.contains(one) && STRINGS.contains(other)) {
      return ValueShape.Scalar.STRING;
    } else if (one instanceof ValueShape.Items items && other instanceof ValueShape.Items others) {
      ValueShape part = part(items.items(), others.items());
      return part == null ? ValueShape.Scalar.MIXED : new ValueShape.Items(part);
    } else if (one instanceof ValueShape.Entries entries
        && other instanceof ValueShape.Entries others) {
      ValueShape part = part(entries.values(), others.values());
      return part == null ? ValueShape.Scalar.MIXED : new ValueShape.Entries(part);
    } else if (one instanceof ValueShape.Members members
        && other instanceof ValueShape.Members others) {
      return members(members.members(), others.members());
    }
    return ValueShape.Scalar.MIXED;
  }

  /** The shape of a part; {@code null} where it has none though it has one on either side. */
  private static ValueShape part(ValueShape one, ValueShape other) {
    ValueShape both = of(one, other);
    boolean lost =
        both == ValueShape.Scalar.MIXED
            && one != ValueShape.Scalar.MIXED
            && other != ValueShape.Scalar.MIXED;
    return lost ? null : both;
  }

  /** Objects with the same keys, member by member. */
  private static ValueShape members(
      List<ValueShape.Member> members, List<ValueShape.Member> others) {
    Map<String, ValueShape> byName = new HashMap<>();
    others.forEach(other -> byName.put(other.name(), other.value()));
    List<ValueShape.Member> joined = new ArrayList<>();
    for (ValueShape.Member member : members) {
      ValueShape other = byName.remove(member.name());
      ValueShape part = other == null ? null : part(member.value(), other);
      if (part == null) {
        return ValueShape.Scalar.MIXED;
      }
      joined.add(new ValueShape.Member(member.name(), part));
    }
    return byName.isEmpty() ? new ValueShape.Members(joined) : ValueShape.Scalar.MIXED;
  }
}
