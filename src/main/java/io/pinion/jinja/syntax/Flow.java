package io.pinion.jinja.syntax;

/** How a template goes on after a statement. */
enum Flow {
  ON,
  BREAK,
  CONTINUE
}
