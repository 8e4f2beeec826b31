package io.pinion.torch;

/** TorchScript as it is being written: lines by depth. */
public final class SourceText {
  private final String className;
  private final StringBuilder text = new StringBuilder();

  public SourceText(String className) {
    this.className = className;
  }

  public void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
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

  public static String call(String function, Object... arguments) {
    return function
        + java.util.Arrays.stream(arguments)
            .map(String::valueOf)
            .collect(java.util.stream.Collectors.joining(", ", "(", ")"));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
