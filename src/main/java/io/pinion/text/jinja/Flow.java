package io.pinion.text.jinja;

/** How a template goes on after a statement. */
enum Flow {
  ON,
  BREAK,
  CONTINUE
}
