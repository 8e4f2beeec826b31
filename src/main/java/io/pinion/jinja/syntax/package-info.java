/** Parses a template's text into statements and expressions, and runs these in a frame. */
package io.pinion.jinja.syntax;
