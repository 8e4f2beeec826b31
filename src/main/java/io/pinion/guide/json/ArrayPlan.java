package io.pinion.guide.json;

import io.pinion.guide.json.type.ArrayShape;
import io.pinion.guide.json.type.DistinctItems;
import io.pinion.guide.json.type.TypeSolver;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import java.util.List;

/** An {@link ArrayShape} prepared for the network. */
final class ArrayPlan {
  private final ArrayShape shape;
  private final TypeSolver schema;
  private final long furthest;
  private final int[] values;

  ArrayPlan(ArrayShape given, TypeSolver schema, Lexer lexer) {
    List<Regex> distinct = given.distinct() == null ? null : DistinctItems.of(schema, given);
    this.values = distinct == null ? null : distinct.stream().mapToInt(lexer::lexeme).toArray();
    this.shape = values == null ? given : given.atMost(values.length);
    this.schema = schema;
    long bound = shape.most() == Regex.UNBOUNDED ? shape.least() : shape.most();
    this.furthest = Math.max(shape.prefix().size(), bound);
  }

  /** The lexemes of the values of which each may come once; null when items need not differ. */
  int[] values() {
    return values;
  }

  /** The number of items, no higher than it matters. */
  int counted(int index) {
    return (int) Math.min(index, furthest);
  }

  /** The number of items that count as contained, no higher than it matters. */
  int matched(int matches) {
    boolean bounded = shape.mostMatches() != Regex.UNBOUNDED;
    return (int) Math.min(matches, bounded ? shape.mostMatches() + 1 : shape.leastMatches());
  }

  boolean mayEnd(int index, int matches) {
    return index >= shape.least() && matches >= shape.leastMatches();
  }

  /** The type of an item that does not count as contained, or -1 when none may come. */
  int plain(int index, int matches) {
    if (index >= shape.most()) {
      return -1;
    }
    long left = shape.most() - index - 1;
    if (shape.match() < 0) {
      int type = shape.type(index);
      return schema.possible(type) ? type : -1;
    }
    boolean room = left >= shape.leastMatches() - matches;
    return room && schema.possible(shape.other()) ? shape.other() : -1;
  }

  /** The type of an item that counts as contained, or -1 when none may come. */
  int matching(int index, int matches) {
    boolean may = shape.match() >= 0 && index < shape.most() && matches < shape.mostMatches();
    return may && schema.possible(shape.match()) ? shape.match() : -1;
  }

  boolean goesOn(int index, int matches) {
    return plain(index, matches) >= 0 || matching(index, matches) >= 0;
  }
}
