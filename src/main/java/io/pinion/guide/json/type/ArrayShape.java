package io.pinion.guide.json.type;

import io.pinion.guide.json.schema.SchemaNode;
import java.util.List;

/**
 * The arrays of one branch.
 *
 * @param prefix the types of the first items
 * @param rest the type of the later ones
 * @param least how many items there must be
 * @param most how many there may be
 * @param match the type of items that count as contained, or -1 when none are counted
 * @param other the type of those that do not
 * @param leastMatches how many must count
 * @param mostMatches how many may count
 * @param distinct the schema that wants items to differ, or null
 * @param repeating the schema that some items must not differ to fail, or null
 */
public record ArrayShape(
    List<Integer> prefix,
    int rest,
    long least,
    long most,
    int match,
    int other,
    long leastMatches,
    long mostMatches,
    SchemaNode distinct,
    SchemaNode repeating) {
  public ArrayShape atMost(long bound) {
    return new ArrayShape(
        prefix,
        rest,
        least,
        Math.min(most, bound),
        match,
        other,
        leastMatches,
        mostMatches,
        distinct,
        repeating);
  }

  public int type(long index) {
    return index < prefix.size() ? prefix.get((int) index) : rest;
  }
}
