package io.pinion.guide;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.keyword.JsonFormats;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Simple values as a text of their own, written so that Spark's {@code cast} reads them. */
public enum ValueType {
  INT("-?(?:0|[1-9][0-9]{0,17})"),
  NUMBER("-?(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]{1,15})?"),
  BOOLEAN("true|false"),
  DATE(JsonFormats.DATE),
  TIME("(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"),
  DATETIME(
      JsonFormats.DATE
          + "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?");

  public final String pattern;

  ValueType(String pattern) {
    this.pattern = pattern;
  }

  public static ValueType of(String name) {
    return Arrays.stream(values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new GuideException(
                    "type '"
                        + name
                        + "' is unknown: it is one of "
                        + Arrays.stream(values())
                            .map(type -> type.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }
}
