package io.pinion.job.resume;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.job.resume.CheckpointLock.Holder;
import io.pinion.job.resume.RunRecord.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {
  @TempDir java.nio.file.Path temp;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private FileSystem files;
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    folder = new Path(temp.resolve("checkpoint").toUri());
    files = folder.getFileSystem(new Configuration());
  }

  private int status(String... arguments) {
    printed.reset();
    PrintStream sink = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return StatusCommand.run(sink, sink, arguments);
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private void checkpoint(State state, long ended) throws IOException {
    JsonFiles.write(
        files,
        new Path(folder, Checkpoint.MANIFEST),
        Manifest.first(new RequestSettings(Map.of("a", "b")), "1"));
    RunRecord run =
        new RunRecord(
            "r1",
            state,
            System.currentTimeMillis() - 5000,
            ended,
            40,
            "file:/out",
            "error",
            null,
            null);
    JsonFiles.write(files, new Path(new Path(folder, Checkpoint.RUNS), "r1.json"), run);
  }

  @Test
  void aRunIsRunningWhileItsProcessLives() throws IOException {
    checkpoint(State.RUNNING, 0);
    JsonFiles.write(files, new Path(folder, CheckpointLock.FILE), Holder.here("r1"));
    assertThat(status(folder.toString())).isZero();
    assertThat(text())
        .contains("state       running for ")
        .contains("process " + ProcessHandle.current().pid())
        .contains("output      file:/out")
        .contains("rows        0 finished of 40, 0.0 %; 0 of them failed")
        .contains("answers     0 files, 0 bytes");
  }

  @Test
  void aRunWithoutItsProcessWasCutOff() throws IOException {
    checkpoint(State.RUNNING, 0);
    assertThat(status(folder.toString())).isZero();
    assertThat(text()).contains("state       cut off: run the job again with resume: true");
    Holder here = Holder.here("r1");
    Holder gone = new Holder("r1", here.host(), here.process(), 12, here.beat());
    JsonFiles.write(files, new Path(folder, CheckpointLock.FILE), gone);
    assertThat(status(folder.toString(), "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(text());
    assertThat(json.path("state").asText()).isEqualTo("cut off");
    assertThat(json.path("rows").asInt()).isEqualTo(40);
  }

  @Test
  void aRunThatEndedSaysHow() throws IOException {
    checkpoint(State.PUBLISHED, System.currentTimeMillis());
    status(folder.toString());
    assertThat(text()).contains("state       published");
    checkpoint(State.FAILED, System.currentTimeMillis());
    status(folder.toString());
    assertThat(text()).contains("state       failed: run the job again");
  }

  @Test
  void whatIsNoCheckpointIsSaid() {
    assertThat(status(folder.toString())).isEqualTo(2);
    assertThat(text()).contains("is no checkpoint: it has no manifest.json");
    assertThat(status()).isEqualTo(2);
    assertThat(text()).contains("no checkpoint is named").contains("usage: ");
    assertThat(status("a", "b")).isEqualTo(2);
    assertThat(text()).contains("unknown argument b");
  }

  @Test
  void aDamagedPieceIsAFileWithoutRows() throws IOException {
    checkpoint(State.FAILED, System.currentTimeMillis());
    java.nio.file.Path run = temp.resolve("checkpoint/answers/r1");
    Files.createDirectories(run);
    Files.writeString(run.resolve("p000000-000000000001-000000.parquet"), "torn");
    Files.writeString(run.resolve("p000001-000000000002-000000.parquet"), "");
    assertThat(status(folder.toString())).isZero();
    assertThat(text()).contains("rows        0 finished of 40").contains("answers     2 files");
    // As written on a machine whose clock goes ahead.
    long later = System.currentTimeMillis() + 60_000;
    assertThat(run.resolve("p000001-000000000002-000000.parquet").toFile().setLastModified(later))
        .isTrue();
    assertThat(status(folder.toString(), "--json")).isZero();
    assertThat(new ObjectMapper().readTree(text()).path("seconds_since_write").asLong()).isZero();
  }
}
