/**
 * Compiles the pattern language of users, that of ECMA-262 as JSON Schema prescribes, to
 * expressions of {@code guide.regex}.
 */
package io.pinion.guide.pattern;
