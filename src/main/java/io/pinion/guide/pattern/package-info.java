/**
 * The pattern language of users (ECMA-262's, as JSON Schema asks) as expressions of {@code
 * guide.regex}.
 */
package io.pinion.guide.pattern;
