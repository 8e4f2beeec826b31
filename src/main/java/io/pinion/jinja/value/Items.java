package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import java.math.BigInteger;
import java.util.Optional;

/** Looks up items by subscript ({@code a[b]}) or by the path in a filter's {@code attribute}. */
public final class Items {
  private Items() {}

  /** An item, or else an attribute, or else an undefined value. */
  public static Value find(Value owner, Value key, Budget budget) {
    if (owner instanceof TextValue text) {
      budget.read(text.text());
    }
    Keys.count(key, budget);
    return owner
        .item(key)
        .or(() -> attribute(owner, key))
        .orElseGet(() -> UndefinedValue.item(owner, key));
  }

  private static Optional<Value> attribute(Value owner, Value key) {
    return key instanceof TextValue name ? owner.attribute(name.text()) : Optional.empty();
  }

  /**
   * Follows a path such as {@code function.name} or {@code 0.role}; the path {@code None} stands
   * for the value itself.
   */
  public static Value follow(Value owner, Value path, Budget budget) {
    if (path == NoneValue.NONE) {
      return owner;
    }
    if (!(path instanceof TextValue text)) {
      return find(owner, path, budget);
    }
    Value value = owner;
    budget.elements(text.text().length());
    for (String part : text.text().split("\\.", -1)) {
      value = find(value, key(part), budget);
    }
    return value;
  }

  private static Value key(String part) {
    boolean digits =
        !part.isEmpty()
            && part.length() <= NumberText.MAX_DIGITS
            && part.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? new IntValue(new BigInteger(part)) : TextValue.of(part);
  }
}
