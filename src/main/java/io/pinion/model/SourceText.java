package io.pinion.model;

/** TorchScript as it is being written: lines by depth. */
final class SourceText {
  private final String className;
  private final StringBuilder text = new StringBuilder();

  SourceText(String className) {
    this.className = className;
  }

  void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }

  /** The head of a method; its lines have depth 2 and more. */
  void method(String name, String parameters, String result) {
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

  static String call(String function, Object... arguments) {
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
