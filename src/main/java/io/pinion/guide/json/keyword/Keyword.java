package io.pinion.guide.json.keyword;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A keyword of JSON Schema: what it says, and what its opposite is.
 *
 * @param holds tells a branch what must be so where the keyword holds
 * @param fails adds the ways in which it may fail, none where it never does
 */
record Keyword(
    BiConsumer<KeywordUse, Disjunct> holds,
    BiConsumer<KeywordUse, List<Disjunct.Constraint>> fails) {}
