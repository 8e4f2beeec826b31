package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Job files, schemas and reports on one of Hadoop's file systems. */
class NamedFilesTest extends JobTest {
  private static final List<String> SETTINGS =
      List.of("spark.hadoop.fs.full.impl", "spark.hadoop." + FullDisk.MARK);

  /** As under spark-submit, which hands its settings to the driver as properties. */
  @BeforeEach
  void fileSystem() {
    System.setProperty(SETTINGS.get(0), FullDisk.class.getName());
    System.setProperty(SETTINGS.get(1), folder.resolve("mark").toString());
    session();
  }

  @AfterEach
  void noFileSystem() {
    SETTINGS.forEach(System::clearProperty);
  }

  @Override
  SparkSession.Builder settings() {
    return super.settings()
        .config(SETTINGS.get(0), FullDisk.class.getName())
        .config(SETTINGS.get(1), folder.resolve("mark").toString());
  }

  private String named(String scheme, String file) {
    return scheme + ":" + folder.resolve(file);
  }

  private String guided(String scheme) throws IOException {
    rows(2);
    Files.writeString(folder.resolve("schema.json"), "{\"enum\": [\"yes\"]}");
    String schema = "guide: {json-schema: \"%s\"}\n".formatted(named(scheme, "schema.json"));
    job("mode: overwrite", schema);
    return named(scheme, "job.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "full"})
  void jobSchemaAndReportHaveAnyScheme(String scheme) throws IOException {
    String job = guided(scheme);
    assertThat(run(job, "--report", named(scheme, "reports/report.json")))
        .as(this::printed)
        .isZero();
    assertThat(contents(folder.resolve("out"))).contains("\\\"yes\\\"");
    Path report = folder.resolve("reports/report.json");
    assertThat(Files.readString(report)).contains("\"rows_ok\" : 2");
    assertThat(run("--from-report", named(scheme, "reports/report.json")))
        .as(this::printed)
        .isZero();
  }

  @Test
  void aJobFileThatIsMissingIsNamed() {
    assertThat(run(named("full", "none.yaml"))).isEqualTo(2);
    assertThat(printed())
        .contains("pinion: job file " + named("full", "none.yaml") + " does not exist");
  }

  @Test
  void aFileSystemThatIsUnknownIsNamed() {
    assertThat(run("nowhere://host/job.yaml")).isEqualTo(2);
    assertThat(printed())
        .contains("pinion: job file nowhere://host/job.yaml cannot be read")
        .contains("No FileSystem for scheme \"nowhere\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "full"})
  void aReportInPlaceOfWhatTheJobReadsIsRefused(String scheme) throws IOException {
    String job = guided(scheme);
    assertThat(run(job, "--report", named(scheme, "schema.json"))).isEqualTo(2);
    assertThat(printed()).contains("is a file that the job reads");
    assertThat(Files.readString(folder.resolve("schema.json"))).contains("yes");
  }

  @Test
  void aReportThatIsAFolderIsRefused() throws IOException {
    String job = guided("full");
    Files.createDirectories(folder.resolve("reports"));
    assertThat(run(job, "--report", named("full", "reports"))).isEqualTo(2);
    assertThat(printed()).contains("reports cannot be written: name another file");
  }
}
