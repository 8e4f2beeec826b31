package io.pinion.guide.earley;

import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;

/** The network of a single lexeme: a regular expression or a choice. */
public final class LexemeNetwork implements TransitionNetwork {
  private static final int[] ENTRY = {0};

  private final NetworkState first;
  private final NetworkState last = NetworkState.end(0);
  private final boolean nullable;

  public LexemeNetwork(Lexer lexer, Regex regex) {
    first = new NetworkStateBuilder().lexeme(lexer.lexeme(regex), 1).build();
    nullable = regex.nullable;
  }

  @Override
  public int root() {
    return 0;
  }

  @Override
  public int[] entries(int rule) {
    return ENTRY;
  }

  @Override
  public boolean nullable(int rule) {
    return nullable;
  }

  @Override
  public int rule(int number) {
    return 0;
  }

  @Override
  public NetworkState state(int number) {
    return number == 0 ? first : last;
  }
}
