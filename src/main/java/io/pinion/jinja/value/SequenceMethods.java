package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import java.util.Optional;

/** The methods of lists and tuples, without those that modify one. */
final class SequenceMethods {
  private SequenceMethods() {}

  static Optional<Value> bound(SequenceValue self, String name) {
    Function method =
        switch (name) {
          case "count" -> (arguments, budget) -> count(self, arguments, budget);
          case "index" -> (arguments, budget) -> index(self, arguments, budget);
          case "copy" -> (arguments, budget) -> self;
          default -> null;
        };
    boolean absent = name.equals("copy") && self instanceof TupleValue;
    return Optional.ofNullable(absent ? null : method)
        .map(found -> FunctionValue.method(name, found));
  }

  private static Value count(SequenceValue self, Arguments arguments, Budget budget) {
    Value wanted = arguments.bind(1, "value")[0];
    return IntValue.of(
        self.items().stream().filter(item -> Equality.equal(item, wanted, budget)).count());
  }

  private static Value index(SequenceValue self, Arguments arguments, Budget budget) {
    Value wanted = arguments.bind(1, "value")[0];
    for (int i = 0; i < self.length(); i++) {
      if (Equality.equal(self.items().get(i), wanted, budget)) {
        return IntValue.of(i);
      }
    }
    throw new EvaluationException("the value is not in the " + self.typeName());
  }
}
