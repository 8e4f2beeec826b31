package io.pinion.torch;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * TorchScript as it is being written: lines by depth, or text blocks whose {@code ${name}} slots
 * are filled. Not thread-safe.
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
   * The lines of a text block, each this much deeper. {@code ${self}} is the first parameter of a
   * method.
   *
   * @throws IllegalArgumentException where a slot has no value
   */
  public void block(int depth, String template, Map<String, ?> slots) {
    String self = "self: __torch__." + className;
    fill(template.replace("${self}", self), slots).lines().forEach(line -> line(depth, line));
  }

  /** A text block without slots. */
  public void block(int depth, String template) {
    block(depth, template, Map.of());
  }

  /** The head of a method; its lines have depth 2 and more. */
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
   * A template with its slots filled.
   *
   * @throws IllegalArgumentException where a slot has no value
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
