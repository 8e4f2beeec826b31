package io.pinion.guide;

import java.util.ArrayList;

/** Expressions gathered for a union or an intersection. */
final class RegexList extends ArrayList<Regex> {}
