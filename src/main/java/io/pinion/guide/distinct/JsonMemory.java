package io.pinion.guide.distinct;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.regex.TextCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
   * @param item the depth of the outermost array with items that came before the one that this is
   *     part of; 0 for none
   */
  private record Frame(Frame around, int depth, Members seen, Items items, String key, int item) {
    static Frame in(Frame around, Items items) {
      int depth = around == null ? 1 : around.depth + 1;
      if (depth > MAX_DEPTH) {
        throw new GuideLimitException(
            "the text is nested more than " + MAX_DEPTH + " deep where items or keys must differ");
      }
      int item = around == null ? 0 : around.itemWithin();
      return new Frame(around, depth, Members.NONE, items, null, item);
    }

    Frame with(Object value) {
      if (seen.size() >= TextCount.MANY - 1) {
        throw new GuideLimitException(
            "more than " + (TextCount.MANY - 1) + " items or keys that must differ");
      }
      return items == null
          ? new Frame(around, depth, seen.with(key, value), null, null, item)
          : new Frame(around, depth, seen.with(value, true), items.with(value), null, item);
    }

    Frame withKey(String next) {
      return new Frame(around, depth, seen, items, next, item);
    }

    /** The {@link #item} of what stands in this. */
    int itemWithin() {
      return item == 0 && items != null && seen.size() > 0 ? depth : item;
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

  /** Whether the text is within an item that has others before it. */
  public boolean isWithinItem() {
    int item = item();
    return item > 0 && isWithin(item);
  }

  /** The depth of the outermost array with items before the one that is being written, or 0. */
  public int item() {
    return frame == null ? 0 : frame.itemWithin();
  }

  /** Whether an item of the array at a depth has begun or must come, and is no scalar. */
  public boolean isWithin(int item) {
    return frame != null && (frame.depth > item || frame.depth == item && now == null);
  }

  /** Whether a byte is white space between values. */
  public boolean isSpace(int value) {
    return value <= ' ' && !(now instanceof OpenString);
  }

  /** Equal for texts that say the same in what is open within a depth. */
  public Object since(int depth) {
    List<Object> found = new ArrayList<>();
    found.add(place());
    for (Frame open = frame; open != null && open.depth > depth; open = open.around) {
      found.add(open.items == null ? open.seen : open.items);
      found.add(Optional.ofNullable(open.key));
    }
    return found;
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
