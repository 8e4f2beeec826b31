/**
 * A JSON Schema as a document: its nodes, with every {@code $ref}, {@code $anchor} and {@code
 * $dynamicRef} resolved, and its numbers exact. The guide and the typed column both read schemas
 * through it.
 *
 * <p>Imports {@code guide.error}.
 */
package io.pinion.guide.json.schema;
