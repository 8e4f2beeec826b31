/** Limits on a template's time, memory and nesting depth, and the exceptions of templates. */
package io.pinion.jinja.limit;
