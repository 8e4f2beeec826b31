package io.pinion.guide.json.type;

import java.util.List;

/**
 * The values of one branch of a type; parts of it may have none.
 *
 * @param open whether nothing says of which types the values are
 * @param scalars those that are neither arrays nor objects
 * @param array the arrays; {@code null} for none
 * @param object the objects; {@code null} for none
 */
public record TypeBranch(
    boolean open, List<ScalarValues> scalars, ArrayShape array, ObjectShape object) {}
