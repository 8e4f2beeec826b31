package io.pinion.guide;

/**
 * A state of the lexer: what is left of each lexeme that may still be meant. Shared by all rows
 * that expect the same.
 */
final class LexState {
  static final short UNKNOWN = -3;

  final int id;
  final int[] lexemes;
  final Regex[] rests;
  final ByteClasses classes;

  /** The state after each class of bytes; null where not known yet. */
  final LexState[] next;

  /** The lexemes that may end here, interned by the lexer; null when none may. */
  final LexemeSet ended;

  /** The tokens that this state allows on its own account; null until first asked for. */
  TokenSummary summary;

  /** One more than the length of each run; see {@link ByteRuns}; null until first asked for. */
  byte[] runs;

  /** 0 when not known, 1 when some lexeme can go on from here, -1 when none can. */
  byte continues;

  /** The one byte that may come, as {@link Lexer#onlyByte} says it, or {@link #UNKNOWN}. */
  short only = UNKNOWN;

  LexState(int id, int[] lexemes, Regex[] rests, ByteClasses classes, LexemeSet ended) {
    this.id = id;
    this.lexemes = lexemes;
    this.rests = rests;
    this.classes = classes;
    this.next = new LexState[classes.count()];
    this.ended = ended;
  }
}
