package io.pinion.guide.grammar;

import java.util.List;
import java.util.Map;

/**
 * A context-free grammar as written.
 *
 * @param start the start rule
 * @param rules right sides by rule name
 * @param terminals right sides by terminal name; never recursive
 * @param ignored what may stand before and after every terminal
 */
public record Grammar(
    String start,
    Map<String, GrammarTree> rules,
    Map<String, GrammarTree> terminals,
    List<GrammarTree> ignored) {}
