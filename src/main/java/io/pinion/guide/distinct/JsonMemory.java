package io.pinion.guide.distinct;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.regex.TextCount;
import java.util.Arrays;

/**
 * What a JSON text said so far, as far as later parts of it can repeat it: the items and members of
 * the arrays and objects that are open, and the value that is being written. Depends on the bytes
 * of the text alone. Immutable; what follows shares what was before, so that a byte costs the same
 * in a long text as in a short one.
 *
 * <p>Of a key that comes twice in an object, the last value counts, as JSON parsers have it.
 */
public final class JsonMemory {
  /** Before any text. */
  public static final JsonMemory START = new JsonMemory(null, null);

  /** As many as Jackson reads. */
  private static final int MAX_DEPTH = 1000;

  /** The beginning of a number, true, false or null. */
  private record OpenScalar(Text text) {
    Scalar value() {
      return Scalar.of(text.toString());
    }
  }

  /**
   * An array or object that is open.
   *
   * @param seen the items, each as the key of itself, or the members
   * @param items the items in their order; null in an object
   * @param key the key of the member that is being written
   */
  private record Frame(Frame around, int depth, Members seen, Items items, String key) {
    static Frame in(Frame around, Items items) {
      int depth = around == null ? 1 : around.depth + 1;
      if (depth > MAX_DEPTH) {
        throw new GuideLimitException(
            "the text is nested more than " + MAX_DEPTH + " deep where items or keys must differ");
      }
      return new Frame(around, depth, Members.NONE, items, null);
    }

    Frame with(Object value) {
      if (seen.size() >= TextCount.MANY - 1) {
        throw new GuideLimitException(
            "more than " + (TextCount.MANY - 1) + " items or keys that must differ");
      }
      return items == null
          ? new Frame(around, depth, seen.with(key, value), null, null)
          : new Frame(around, depth, seen.with(value, true), items.with(value), null);
    }

    Frame withKey(String next) {
      return new Frame(around, depth, seen, items, next);
    }
  }

  private final Frame frame;

  /**
   * What is being written: null between values, an {@link OpenString} or {@link OpenScalar}, or a
   * whole value: a {@link Text} for a string, {@link Scalar}, {@link Items} or {@link Members}.
   */
  private final Object now;

  private JsonMemory(Frame frame, Object now) {
    this.frame = frame;
    this.now = now;
  }

  /** After one more byte of a text that is JSON. */
  public JsonMemory after(int value) {
    if (now instanceof OpenString string) {
      boolean ends = value == '"' && string.mayEnd();
      return new JsonMemory(frame, ends ? string.text() : string.with(value));
    }
    return switch (value) {
      case ' ', '\t', '\n', '\r' -> now == null ? this : new JsonMemory(frame, whole());
      case '"' -> new JsonMemory(frame, OpenString.EMPTY);
      case '[' -> new JsonMemory(Frame.in(frame, Items.NONE), null);
      case '{' -> new JsonMemory(Frame.in(frame, null), null);
      case ':' -> new JsonMemory(frame.withKey(kept().toString()), null);
      case ',' -> new JsonMemory(frame.with(kept()), null);
      case ']', '}' -> close(now == null ? frame : frame.with(kept()));
      default -> {
        Text text = now instanceof OpenScalar scalar ? scalar.text : Text.EMPTY;
        yield new JsonMemory(frame, new OpenScalar(text.with(value)));
      }
    };
  }

  private static JsonMemory close(Frame done) {
    return new JsonMemory(done.around, done.items == null ? done.seen : done.items);
  }

  /** The value that ends here. */
  private Object whole() {
    return now instanceof OpenScalar scalar ? scalar.value() : now;
  }

  /** As {@link #whole}, in the form in which it is kept. */
  private Object kept() {
    Object value = whole();
    return value instanceof Text text ? text.toString() : value;
  }

  /**
   * Whether what ends here came before: in an array the last item among the earlier ones, in an
   * object the last key.
   */
  public boolean repeats() {
    if (frame == null) {
      return false;
    } else if (frame.items == null) {
      return frame.key != null && frame.seen.contains(frame.key);
    }
    Object value = whole();
    return value instanceof Text text ? frame.seen.contains(text) : frame.seen.contains(value);
  }

  /** Equal for two continuations of one text that the same bytes may follow to the same values. */
  Object place() {
    Object value = now;
    if (now instanceof OpenString string) {
      value = string.place();
    } else if (now instanceof OpenScalar scalar) {
      value = scalar.text.toString();
    } else if (now instanceof Text text) {
      value = Arrays.asList(text.toString());
    }
    return Arrays.asList(value, frame == null ? null : frame.key);
  }
}
