/**
 * Which values a schema allows: constraints solved to the shapes of objects, arrays, strings and
 * numbers that a guide can write. {@link io.pinion.guide.json.type.ValueShape} is the view that
 * types the columns of a table.
 *
 * <p>Imports {@code guide.json.keyword}, {@code guide.json.schema} and what is below them.
 */
package io.pinion.guide.json.type;
