package io.pinion.job.file;

/** The shortest job file that is good. */
final class ShortJob {
  static final String TEXT =
      """
      input: {path: in.jsonl}
      output: {path: out}
      model: {uri: model.gguf}
      prompt: {template: "{{ text }}"}
      """;

  private ShortJob() {}
}
