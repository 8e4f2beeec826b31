/** From a template's text to statements and expressions, and their evaluation in a frame. */
package io.pinion.jinja.syntax;
