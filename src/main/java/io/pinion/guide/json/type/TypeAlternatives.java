package io.pinion.guide.json.type;

import io.pinion.guide.regex.Regex;
import java.util.List;

/**
 * What a type's values look like.
 *
 * @param scalar the values that are neither arrays nor objects, as one expression
 * @param scalars the same, by kind and branch; some may match nothing
 * @param arrays the arrays, by branch
 * @param objects the objects, by branch
 */
public record TypeAlternatives(
    Regex scalar, List<ScalarValues> scalars, List<ArrayShape> arrays, List<ObjectShape> objects) {}
