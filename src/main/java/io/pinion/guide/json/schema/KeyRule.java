package io.pinion.guide.json.schema;

/**
 * The values of some keys must satisfy, or where used so, some value must.
 *
 * @param match the keys
 * @param literal the schema, or its complement, as {@link TypeSolver} numbers them
 */
record KeyRule(KeyMatch match, int literal) {}
