package io.pinion.guide.json.keyword;

import io.pinion.guide.json.schema.SchemaNode;

/**
 * Some key that is meant must be there, with a value that satisfies the rule's literal.
 *
 * @param rule the keys and their value
 * @param schema the schema that does not hold
 * @param keyword the keyword of it that fails so
 */
public record SomeKey(KeyRule rule, SchemaNode schema, String keyword) {}
