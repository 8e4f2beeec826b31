package io.pinion.guide.json.type;

import io.pinion.guide.regex.Regex;

/**
 * Values of one kind that are neither arrays nor objects.
 *
 * @param texts how they are written in JSON; may match nothing
 */
public record ScalarValues(ValueShape.Scalar kind, Regex texts) {}
