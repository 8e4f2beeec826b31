/**
 * JSON Schemas as guides: the shapes of {@code guide.json.schema} become a transition network over
 * lexemes of JSON.
 *
 * <p>A front end: imports {@code guide.json.schema}, {@code guide.earley} and what is below them.
 */
package io.pinion.guide.json;
