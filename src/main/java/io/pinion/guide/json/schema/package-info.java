/**
 * What a JSON Schema means: keywords become constraints on each type of value, in disjunctive
 * normal form, with every reference resolved.
 *
 * <p>Imports {@code guide.pattern} and what is below it.
 */
package io.pinion.guide.json.schema;
