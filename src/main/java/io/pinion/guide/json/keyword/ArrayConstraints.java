package io.pinion.guide.json.keyword;

import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.List;

/** What a branch of a schema says about arrays. */
public final class ArrayConstraints {
  /**
   * What the items must satisfy.
   *
   * @param prefix the first items one by one, as literals
   * @param rest the later ones
   */
  public record Items(List<Integer> prefix, int rest) {}

  /** How many items must satisfy a literal. */
  public record Contains(int literal, long least, long most) {}

  public final List<Items> items = new ArrayList<>();
  public final List<Contains> contains = new ArrayList<>();
  public long least;
  public long most = Regex.UNBOUNDED;

  /** The schema that wants the items to differ, or null. */
  public SchemaNode unique;

  /** A schema that wants them to differ and must fail by that, or null. */
  public SchemaNode repeating;

  ArrayConstraints copy() {
    ArrayConstraints copy = new ArrayConstraints();
    copy.items.addAll(items);
    copy.contains.addAll(contains);
    copy.least = least;
    copy.most = most;
    copy.unique = unique;
    copy.repeating = repeating;
    return copy;
  }

  public void count(long from, long to) {
    least = Math.max(least, from);
    most = Math.min(most, to);
  }

  public int prefix() {
    return items.stream().mapToInt(rule -> rule.prefix.size()).max().orElse(0);
  }
}
