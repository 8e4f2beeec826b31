package io.pinion.guide.regex;

import java.util.ArrayList;

/** The operands of a union or an intersection. */
public final class RegexList extends ArrayList<Regex> {}
