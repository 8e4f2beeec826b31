package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.SamplingParameter;
import io.pinion.setting.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both tables of settings together. */
class TaskSettingTest {
  private static final List<Setting> ALL =
      Stream.<Setting>concat(
              Arrays.stream(TaskSetting.values()), Arrays.stream(SamplingParameter.values()))
          .toList();

  @Test
  void noTwoSettingsShareAName() {
    assertThat(ALL).extracting(Setting::parameter).doesNotHaveDuplicates();
    assertThat(ALL.stream().filter(setting -> setting.section() != null).map(Setting::path))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyDefaultIsAllowed() {
    assertThat(ALL)
        .filteredOn(setting -> setting.defaultValue() != null)
        .allSatisfy(
            setting -> assertThat(setting.type().problem(setting.defaultValue())).isEmpty());
  }

  @Test
  void everyKeyIsInTheTableOfTheJobFilesPage() throws IOException {
    List<String> names =
        Files.readAllLines(Path.of("docs/user/job-file.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|")[1])
            .toList();
    assertThat(ALL)
        .filteredOn(setting -> setting.section() != null)
        .allSatisfy(
            setting ->
                assertThat(names)
                    .anyMatch(
                        name ->
                            name.contains("`" + setting.path() + "`")
                                || name.contains("`" + setting.section() + ".")
                                    && name.contains("`" + setting.key() + "`")));
  }
}
