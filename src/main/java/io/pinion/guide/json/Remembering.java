package io.pinion.guide.json;

/** What must differ from what came before it. */
enum Remembering {
  NOTHING,

  /** Keys, and items that can always go on to differ. */
  VALUES,

  /** Arrays and objects too that may be bound to be equal before they end. */
  PARTS;

  Remembering and(Remembering other) {
    return compareTo(other) > 0 ? this : other;
  }
}
