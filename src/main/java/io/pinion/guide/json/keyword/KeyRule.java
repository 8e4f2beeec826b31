package io.pinion.guide.json.keyword;

/**
 * The values of some keys must satisfy, or where used so, some value must.
 *
 * @param match the keys
 * @param literal the schema, or its complement, as {@link Literals} numbers them
 */
public record KeyRule(KeyMatch match, int literal) {}
