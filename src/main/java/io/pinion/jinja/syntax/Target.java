package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.NamespaceValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.util.List;

/** The left-hand side of an assignment by {@code set} or {@code for}. */
sealed interface Target {
  void assign(Value value, Frame frame);

  /** The variables that are assigned. */
  List<String> names();

  /** A variable. */
  record Variable(String name) implements Target {
    @Override
    public List<String> names() {
      return List.of(name);
    }

    @Override
    public void assign(Value value, Frame frame) {
      frame.scope().assign(name, value);
    }
  }

  /** An attribute of a namespace. */
  record NamespaceAttribute(String namespace, String name) implements Target {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public void assign(Value value, Frame frame) {
      Value owner = frame.scope().find(namespace).orElseThrow(this::failure);
      if (!(owner instanceof NamespaceValue attributes)) {
        throw failure();
      }
      attributes.assign(name, value);
    }

    private EvaluationException failure() {
      return new EvaluationException(
          "cannot assign to '" + namespace + "." + name + "': only a namespace has attributes");
    }
  }

  /** {@code a, b}. */
  record Unpacked(List<Target> targets) implements Target {
    @Override
    public List<String> names() {
      return targets.stream().flatMap(target -> target.names().stream()).toList();
    }

    @Override
    public void assign(Value value, Frame frame) {
      List<Value> items = Values.list(value, frame.budget());
      if (items.size() != targets.size()) {
        throw new EvaluationException(
            "cannot assign " + items.size() + " values to " + targets.size() + " names");
      }
      for (int i = 0; i < items.size(); i++) {
        targets.get(i).assign(items.get(i), frame);
      }
    }
  }
}
