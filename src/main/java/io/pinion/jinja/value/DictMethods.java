package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import java.util.Optional;

/** The methods of dictionaries, without those that modify one. */
final class DictMethods {
  private DictMethods() {}

  static Optional<Value> bound(DictValue self, String name) {
    Function method =
        switch (name) {
          case "items" -> (arguments, budget) -> view(DictView.items(self), arguments, budget);
          case "keys" -> (arguments, budget) -> view(DictView.keys(self), arguments, budget);
          case "values" -> (arguments, budget) -> view(DictView.values(self), arguments, budget);
          case "copy" -> (arguments, budget) -> self;
          case "get" -> (arguments, budget) -> get(self, arguments, budget);
          default -> null;
        };
    return Optional.ofNullable(method).map(found -> FunctionValue.method(name, found));
  }

  private static Value view(DictView view, Arguments arguments, Budget budget) {
    arguments.bindNone();
    budget.elements(view.length());
    return view;
  }

  private static Value get(DictValue self, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(1, "key", "default");
    Keys.count(given[0], budget);
    return self.find(given[0]).orElse(given[1] == null ? NoneValue.NONE : given[1]);
  }
}
