package io.pinion.guide.regex;

import java.util.Arrays;

/** The hash-consing key of an expression: its kind, its parts by identity, and its numbers. */
record RegexKey(Class<?> kind, Object content, Regex[] parts, long first, long second, long third) {
  private static final Regex[] NONE = {};

  static RegexKey of(Regex regex) {
    if (regex instanceof Regex.Bytes bytes) {
      return new RegexKey(Regex.Bytes.class, bytes.set, NONE, 0, 0, 0);
    } else if (regex instanceof Regex.Concat concat) {
      return of(regex, new Regex[] {concat.head, concat.tail}, 0, 0, 0);
    } else if (regex instanceof Regex.Or or) {
      return of(regex, or.parts, 0, 0, 0);
    } else if (regex instanceof Regex.And and) {
      return of(regex, and.parts, 0, 0, 0);
    } else if (regex instanceof Regex.Not not) {
      return of(regex, new Regex[] {not.inner}, 0, 0, 0);
    } else if (regex instanceof Regex.Repeat repeat) {
      return of(regex, new Regex[] {repeat.inner}, repeat.least, repeat.most, 0);
    } else if (regex instanceof MultipleOfRegex multiple) {
      return new RegexKey(
          MultipleOfRegex.class,
          multiple.left,
          NONE,
          multiple.step,
          multiple.places,
          multiple.remainder);
    }
    if (regex instanceof Regex.Loop) {
      return new RegexKey(Regex.Loop.class, regex, NONE, 0, 0, 0);
    } else if (regex instanceof Regex.BeforeMark before) {
      return of(regex, new Regex[] {before.inner}, before.mark, 0, 0);
    }
    return of(regex, NONE, 0, 0, 0);
  }

  private static RegexKey of(Regex regex, Regex[] parts, long first, long second, long third) {
    return new RegexKey(regex.getClass(), null, parts, first, second, third);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegexKey key
        && kind == key.kind
        && first == key.first
        && second == key.second
        && third == key.third
        && (content == null ? key.content == null : content.equals(key.content))
        && sameParts(key.parts);
  }

  private boolean sameParts(Regex[] others) {
    if (parts.length != others.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] != others[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = kind.hashCode() * 31 + (content == null ? 0 : content.hashCode());
    hash = hash * 31 + Long.hashCode(first * 1_000_003 + second * 31 + third);
    for (Regex part : parts) {
      hash = hash * 1_000_003 + part.id;
    }
    return hash ^ hash >>> 15;
  }

  @Override
  public String toString() {
    return kind.getSimpleName() + Arrays.toString(parts);
  }
}
