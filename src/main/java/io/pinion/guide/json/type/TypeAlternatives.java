package io.pinion.guide.json.type;

import io.pinion.guide.regex.Regex;
import java.util.List;

/**
 * What a type's values look like.
 *
 * @param scalar the values that are neither arrays nor objects, as one expression
 * @param arrays the arrays, by branch
 * @param objects the objects, by branch
 * @param branches all of these, branch by branch
 */
public record TypeAlternatives(
    Regex scalar, List<ArrayShape> arrays, List<ObjectShape> objects, List<TypeBranch> branches) {}
