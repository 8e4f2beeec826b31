package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in folders of values, and partitions of tables. */
class PartitionByTest extends JobTest {
  private void input() throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        """
        {"id": 1, "kind": "01", "text": "a"}
        {"id": 2, "kind": "01", "text": "b"}
        {"id": 3, "kind": "02", "text": "c"}
        {"id": 4, "kind": null, "text": null}
        """);
  }

  private List<String> folders() throws IOException {
    return entries(folder.resolve("out")).stream().filter(name -> name.contains("=")).toList();
  }

  private long count(String format) {
    session();
    return SparkSession.active()
        .read()
        .format(format)
        .load(folder.resolve("out").toString())
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "parquet", "csv, partitions: 1"})
  void filesAreWrittenReplacedAndAppendedTo(String format) throws IOException {
    input();
    String output = "format: %s, partition-by: KIND".formatted(format);
    String name = format.replaceAll(",.*", "");
    assertThat(run(job(output, ""))).as(printed()).isZero();
    assertThat(printed()).contains("rows         3 ok, 1 failed").doesNotContain("cannot be shown");
    assertThat(folders()).containsExactly("kind=01", "kind=02", "kind=__HIVE_DEFAULT_PARTITION__");
    String append = job(output + ", mode: append", "resume: true\n");
    assertThat(run(append)).as(printed()).isZero();
    assertThat(run(append)).as(printed()).isZero();
    assertThat(folders()).hasSize(3);
    assertThat(count(name)).isEqualTo(8);
    String finished = output.replace("KIND", "[finish_reason, kind]");
    assertThat(run(job(finished + ", mode: append", ""))).isEqualTo(2);
    assertThat(printed())
        .contains("is partitioned by kind, and the rows to append by finish_reason, kind");
    assertThat(run(job("format: " + format + ", mode: append", ""))).isEqualTo(2);
    assertThat(printed()).contains("is partitioned by kind, and the rows to append by no column");
    assertThat(run(job(finished + ", mode: overwrite", ""))).as(printed()).isZero();
    assertThat(folders()).contains("finish_reason=error").doesNotContain("kind=01");
    assertThat(count(name)).isEqualTo(4);
  }

  @Test
  void anOutputToWhichFilesWereAddedIsNotReplaced() throws IOException {
    input();
    String job = job("partition-by: kind", "resume: true\n");
    assertThat(run(job)).as(printed()).isZero();
    assertThat(run(job)).as(printed()).isZero();
    Files.writeString(folder.resolve("out/kind=01/more.json"), "{}");
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains("exists already, and output.mode is error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | there is no column 'x'; there are id, kind, text, generated_text",
        "error | the column 'error' has type struct<class:string,message:string>, whose values",
        "[kind, Kind] | output.partition-by names the column 'kind' twice",
        "error.class | there is no column 'error.class'"
      })
  void columnsThatCannotPartitionAreRefused(String columns, String message) throws IOException {
    input();
    assertThat(run(job("partition-by: " + columns, ""))).isEqualTo(2);
    assertThat(printed()).startsWith("pinion: ").contains(message).hasLineCount(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
