package io.pinion.spark.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * What a task found out about a model.
 *
 * @param problem why it cannot be run; {@code null} if it can
 * @param digests the SHA-256 of its files by name; empty unless they were asked for
 */
public record ModelReport(String problem, Map<String, String> digests) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The report in a text of {@link #json}. */
  public static ModelReport of(String json) {
    try {
      return JSON.readValue(json, ModelReport.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a task's report on the model cannot be read", e);
    }
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report on the model cannot be written", e);
    }
  }
}
