package io.pinion.guide;

/**
 * The values of some keys must satisfy, or where used so, some value must.
 *
 * @param match the keys
 * @param literal the schema, or its complement, as {@link SchemaTypes} numbers them
 */
record KeyRule(KeyMatch match, int literal) {}
