package io.pinion.jinja.syntax;

import io.pinion.jinja.value.LoopValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * {@code for a in b if c} up to {@code endfor}. Each iteration has its own scope.
 *
 * @param otherwise run if no iteration reached its end, even if the reason is that {@code continue}
 *     ended each
 */
record ForStatement(
    Target target,
    Expression sequence,
    Optional<Expression> condition,
    List<Statement> body,
    List<Statement> otherwise,
    int line)
    implements Statement {
  @Override
  public Flow run(Frame frame) {
    LoopValue loop = loop(frame.evaluate(sequence), frame);
    boolean ended = false;
    while (loop.advance()) {
      frame.budget().steps(1);
      Frame turn = frame.nested();
      target.assign(loop.current(), turn);
      turn.scope().assign("loop", loop);
      Flow flow = turn.run(body);
      if (flow == Flow.BREAK) {
        break;
      }
      ended |= flow == Flow.ON;
    }
    return ended ? Flow.ON : frame.nested().run(otherwise);
  }

  private LoopValue loop(Value value, Frame frame) {
    Iterator<Value> elements = value.iterator();
    if (condition.isPresent()) {
      return new LoopValue(new Chosen(elements, condition.get(), frame), -1, frame.budget());
    }
    if (value instanceof TextValue text) {
      frame.budget().read(text.text());
    }
    return new LoopValue(elements, value.isSized() ? value.length() : -1, frame.budget());
  }

  /** The elements for which the loop's condition holds, evaluated lazily. */
  private final class Chosen implements Iterator<Value> {
    private final Iterator<Value> elements;
    private final Expression test;
    private final Frame frame;
    private Value next;

    Chosen(Iterator<Value> elements, Expression test, Frame frame) {
      this.elements = elements;
      this.test = test;
      this.frame = frame;
    }

    @Override
    public boolean hasNext() {
      while (next == null && elements.hasNext()) {
        Value candidate = elements.next();
        Frame inner = frame.nested();
        target.assign(candidate, inner);
        next = inner.isTrue(test) ? candidate : null;
      }
      return next != null;
    }

    @Override
    public Value next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Value value = next;
      next = null;
      return value;
    }
  }
}
