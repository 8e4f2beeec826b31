package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.setting.Setting;
import io.pinion.setting.SettingType.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The parameters of Python's TextGenerator are those of the tables. {@code -Dpython.write=true}
 * writes them.
 */
class PythonParamsTest {
  private static final Path FILE = Path.of("python/pinion/_params.py");

  private static final Map<Kind, String> CONVERTERS =
      Map.of(
          Kind.DECIMAL, "toFloat",
          Kind.INTEGER, "toInt",
          Kind.LONG, "toInt",
          Kind.FLAG, "toBoolean",
          Kind.TEXT, "toString",
          Kind.TEXTS, "toListString",
          Kind.INTEGERS, "toListInt");

  private static final Map<Kind, String> TYPES =
      Map.of(
          Kind.DECIMAL, "float",
          Kind.INTEGER, "int",
          Kind.LONG, "int",
          Kind.FLAG, "bool",
          Kind.TEXT, "str",
          Kind.TEXTS, "list[str]",
          Kind.INTEGERS, "list[int]");

  private static final String HEAD =
      """
      ""\"The parameters of TextGenerator. Written by PythonParamsTest from the tables of settings: do not edit.""\"

      from __future__ import annotations

      from typing import Any, ClassVar

      from pyspark.ml.param import Param, Params, TypeConverters
      from pyspark.ml.wrapper import JavaTransformer
      from typing_extensions import Self, TypedDict


      class Options(TypedDict, total=False):
          ""\"Parameters by name; None stands for the default.""\"

      """;

  private static final String CLASS =
      """


      class TextGeneratorParams(JavaTransformer):
          ""\"The parameters, with a getter and a setter for each.""\"

      """;

  private static final String METHODS =
      """

          def get%1$s(self) -> %2$s | None:
              ""\"The value of ``%3$s``, or its default; None if there is neither.""\"
              return self.getOrDefault(self.%3$s) if self.isDefined(self.%3$s) else None

          def set%1$s(self, value: %4$s | None) -> Self:
              ""\"Sets the %5$s.

              %6$s.
              ""\"
              return self._give("%3$s", value)
      """;

  private static final String GIVE =
      """

          def _give(self, name: str, value: Any) -> Self:
              raise NotImplementedError
      """;

  @Test
  void pythonHasTheParametersOfTheTables() throws IOException {
    String text = text();
    if (Boolean.getBoolean("python.write")) {
      Files.writeString(FILE, text);
    }
    assertThat(Files.readString(FILE)).isEqualTo(text);
  }

  private static String text() {
    StringBuilder text = new StringBuilder(HEAD);
    List<Setting> settings = TextGeneratorParams.SETTINGS;
    for (Setting setting : settings) {
      text.append("    %s: %s | None\n".formatted(setting.parameter(), given(setting)));
    }
    text.append(CLASS);
    text.append("    LISTS: ClassVar[frozenset[str]] = frozenset((").append(lists()).append("))\n");
    text.append("    DEFAULTS: ClassVar[dict[str, Any]] = {\n");
    for (Setting setting : settings) {
      if (setting.defaultValue() != null) {
        text.append(
            "        \"%s\": %s,\n"
                .formatted(setting.parameter(), literal(setting.defaultValue())));
      }
    }
    text.append("    }\n\n");
    for (Setting setting : settings) {
      text.append(param(setting));
    }
    text.append(GIVE);
    for (Setting setting : settings) {
      text.append(methods(setting));
    }
    return text.toString();
  }

  private static String given(Setting setting) {
    String type = TYPES.get(setting.type().kind());
    return setting.parameter().equals("guide") ? type + " | dict[str, Any]" : type;
  }

  private static String param(Setting setting) {
    return """
            %s: Param[%s] = Param(
                Params._dummy(),  # type: ignore[assignment]
                "%1$s",
                %s,
                TypeConverters.%s,
            )
        """
        .formatted(
            setting.parameter(),
            TYPES.get(setting.type().kind()),
            literal(documentation(setting)),
            CONVERTERS.get(setting.type().kind()));
  }

  private static String methods(Setting setting) {
    String name = setting.parameter();
    return METHODS.formatted(
        Character.toUpperCase(name.charAt(0)) + name.substring(1),
        TYPES.get(setting.type().kind()),
        name,
        given(setting),
        documentation(setting),
        Character.toUpperCase(setting.type().words().charAt(0))
            + setting.type().words().substring(1));
  }

  private static String documentation(Setting setting) {
    return setting.documentation().replace("\n", " ");
  }

  private static String lists() {
    return TextGeneratorParams.SETTINGS.stream()
        .filter(s -> s.type().kind() == Kind.TEXTS || s.type().kind() == Kind.INTEGERS)
        .map(s -> literal(s.parameter()))
        .collect(Collectors.joining(", "));
  }

  private static String literal(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(PythonParamsTest::literal)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String text
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"'
        : String.valueOf(value);
  }
}
