package io.pinion.jinja.syntax;

/** Where execution continues after a statement. */
enum Flow {
  ON,
  BREAK,
  CONTINUE
}
