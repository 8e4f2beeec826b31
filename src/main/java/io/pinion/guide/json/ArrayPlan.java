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
  private final boolean distinct;
  private final int[] values;
  private final int end;

  /**
   * A plan.
   *
   * @param end the lexeme that ends the array
   */
  ArrayPlan(ArrayShape given, TypeSolver schema, Lexer lexer, int end) {
    List<Regex> few = given.distinct() == null ? null : DistinctItems.of(schema, given);
    this.values = few == null ? null : few.stream().mapToInt(lexer::lexeme).toArray();
    this.distinct = given.distinct() != null && values == null;
    long most = distinct ? schema.distinct().most(given) : given.most();
    this.shape = given.atMost(values == null ? most : values.length);
    this.schema = schema;
    this.end = end;
    long bound = shape.most() == Regex.UNBOUNDED ? shape.least() : shape.most();
    this.furthest = Math.max(shape.prefix().size(), bound);
  }

  /** The lexemes of the values of which each may come once; null when items need not differ. */
  int[] values() {
    return values;
  }

  /** Whether items must differ from those before them, and are not among {@link #values}. */
  boolean distinct() {
    return distinct;
  }

  /** The lexeme that ends the array. */
  int end() {
    return end;
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
