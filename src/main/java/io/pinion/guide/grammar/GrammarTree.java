package io.pinion.guide.grammar;

import io.pinion.guide.set.CodePoints;
import java.util.List;

/** The right side of a rule or terminal, as written. */
sealed interface GrammarTree {
  /** A text, letter for letter. */
  record Text(String text, boolean ignoreCase) implements GrammarTree {}

  /** A regular expression with its flags. */
  record Expression(String pattern, String flags) implements GrammarTree {}

  /** One character of a set. */
  record Chars(CodePoints set) implements GrammarTree {}

  /** A rule or terminal by name. */
  record Reference(String name) implements GrammarTree {}

  record Sequence(List<GrammarTree> parts) implements GrammarTree {}

  record Choice(List<GrammarTree> parts) implements GrammarTree {}

  record Repeated(GrammarTree inner, int least, int most) implements GrammarTree {}
}
