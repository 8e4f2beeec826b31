package io.pinion.guide.regex;

import java.util.ArrayList;

/** Expressions gathered for a union or an intersection. */
public final class RegexList extends ArrayList<Regex> {}
