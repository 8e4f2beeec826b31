package io.pinion.guide.json;

import io.pinion.guide.error.GuideException;

/**
 * How guided JSON is written.
 *
 * @param anyOrder whether the members of an object may come in any order; otherwise properties come
 *     as the schema writes them, then the other required ones, then additional ones
 * @param mostSpaces how many white space characters may stand in a row between tokens; 0 for
 *     compact JSON
 */
public record JsonOptions(boolean anyOrder, int mostSpaces) implements java.io.Serializable {
  /** Compact, in the schema's order. */
  public static final JsonOptions DEFAULT = new JsonOptions(false, 0);

  public JsonOptions {
    if (mostSpaces < 0 || mostSpaces > 100) {
      throw new GuideException("white space must be bounded by 0 to 100, not " + mostSpaces);
    }
  }
}
