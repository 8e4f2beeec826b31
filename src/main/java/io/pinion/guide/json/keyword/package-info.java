/**
 * JSON Schema's keywords, one entry of {@link io.pinion.guide.json.keyword.KeywordTable} each: what
 * holds where a keyword stands and what where it is negated, as constraints on each type of value
 * in disjunctive normal form.
 *
 * <p>Imports {@code guide.json.schema}, {@code guide.pattern} and what is below them.
 */
package io.pinion.guide.json.keyword;
