package io.pinion.torch;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Builds TorchScript source from lines at a given depth and from text blocks with {@code ${name}}
 * slots. Not thread-safe.
 */
public final class SourceText {
  private static final Pattern SLOT = Pattern.compile("\\$\\{(\\w+)}");

  private final String className;
  private final StringBuilder text = new StringBuilder();

  public SourceText(String className) {
    this.className = className;
  }

  public void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }

  /**
   * Adds the lines of a text block, each indented by this depth. {@code ${self}} is replaced by the
   * typed {@code self} parameter of a method.
   *
   * @throws IllegalArgumentException if a slot has no value
   */
  public void block(int depth, String template, Map<String, ?> slots) {
    String self = "self: __torch__." + className;
    fill(template.replace("${self}", self), slots).lines().forEach(line -> line(depth, line));
  }

  /** Adds a text block without slots. */
  public void block(int depth, String template) {
    block(depth, template, Map.of());
  }

  /** Adds the header of a method, whose body has depth 2 or more. */
  public void method(String name, String parameters, String result) {
    line(
        1,
        "def "
            + name
            + "(self: __torch__."
            + className
            + ", "
            + parameters
            + ") -> "
            + result
            + ":");
  }

  /**
   * Fills the slots of a template.
   *
   * @throws IllegalArgumentException if a slot has no value
   */
  public static String fill(String template, Map<String, ?> slots) {
    return SLOT.matcher(template)
        .replaceAll(slot -> Matcher.quoteReplacement(value(slot.group(1), slots)));
  }

  private static String value(String slot, Map<String, ?> slots) {
    Object value = slots.get(slot);
    if (value == null) {
      throw new IllegalArgumentException("no value for ${" + slot + "}, only for " + slots);
    }
    return value.toString();
  }

  public static String call(String function, Object... arguments) {
    return function
        + Arrays.stream(arguments).map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
