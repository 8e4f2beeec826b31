package io.pinion.guide.lexer;

import io.pinion.guide.regex.ByteClasses;
import io.pinion.guide.regex.Regex;

/**
 * A state of the lexer: what is left of each lexeme that may still be meant. Shared by all Earley
 * sets that expect the same lexemes.
 */
public final class LexState {
  static final short UNKNOWN = -3;

  /** Its number among the states of its lexer, from 0; -1 for the dead state. */
  public final int id;

  public final int[] lexemes;
  public final Regex[] rests;
  public final ByteClasses classes;

  /** The state after each class of bytes; null where not known yet. */
  public final LexState[] next;

  /** Whether some of the lexemes are {@linkplain Lexer#distinctLexeme distinct} ones. */
  public final boolean distinct;

  /** The lexemes that may end here, interned by the lexer; null when none may. */
  public final LexemeSet ended;

  /** Those among them that may end also where what ends here came before; null when none may. */
  public final LexemeSet endedRepeating;

  /**
   * Where those who walk a vocabulary keep how far the state takes each kind of bytes; null until
   * first used. It stands here because it is read at every node of the walk.
   */
  public byte[] runs;

  /** 0 when not known, 1 when some lexeme can go on from here, -1 when none can. */
  byte continues;

  /** Whether the text before decides where the state leads: 0 when not known, else 1 or -1. */
  public byte guarded;

  /**
   * Whether some lexeme may go on to more values than any text has: 0 when not known, else 1 or -1.
   */
  public byte many;

  /** The one byte that may come, as {@link Lexer#onlyByte} says it, or {@link #UNKNOWN}. */
  short only = UNKNOWN;

  LexState(
      int id,
      int[] lexemes,
      Regex[] rests,
      ByteClasses classes,
      boolean distinct,
      LexemeSet ended,
      LexemeSet endedRepeating) {
    this.id = id;
    this.lexemes = lexemes;
    this.rests = rests;
    this.classes = classes;
    this.next = new LexState[classes.count()];
    this.distinct = distinct;
    this.ended = ended;
    this.endedRepeating = endedRepeating;
  }
}
