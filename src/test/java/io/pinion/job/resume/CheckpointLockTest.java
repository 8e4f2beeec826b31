package io.pinion.job.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.job.file.JobException;
import io.pinion.job.resume.CheckpointLock.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointLockTest {
  @TempDir java.nio.file.Path temp;
  private final List<String> told = new ArrayList<>();
  private FileSystem files;
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    folder = new Path(temp.toUri());
    files = folder.getFileSystem(new Configuration());
  }

  private CheckpointLock take(String run) throws IOException {
    return CheckpointLock.take(files, folder, run, told::add);
  }

  private void held(Holder holder) throws IOException {
    JsonFiles.write(files, new Path(folder, CheckpointLock.FILE), holder);
  }

  @Test
  void oneRunHoldsItAtATime() throws IOException {
    CheckpointLock first = take("first");
    assertThatThrownBy(() -> take("second"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("is used by the run first")
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    first.close();
    take("second").close();
    assertThat(temp.resolve(CheckpointLock.FILE)).doesNotExist();
    assertThat(told).isEmpty();
  }

  @Test
  void thatOfAProcessThatIsGoneIsTakenOver() throws Exception {
    Holder here = Holder.here("dead");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    held(new Holder("dead", here.host(), dead.pid(), 1, System.currentTimeMillis()));
    take("next").close();
    // Another process has its number now.
    held(
        new Holder("dead", here.host(), here.process(), here.processStarted() + 1000, here.beat()));
    take("next").close();
    assertThat(told).isEmpty();
  }

  @Test
  void itsFormerHolderPublishesNothing() throws IOException {
    try (CheckpointLock first = take("first")) {
      first.requireHeld();
      held(Holder.here("second"));
      assertThatThrownBy(first::requireHeld)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another run took over the checkpoint");
    }
    // It is the other's lock that stays.
    assertThat(Files.readString(temp.resolve(CheckpointLock.FILE))).contains("second");
  }

  /** As a full disk leaves it. */
  @Test
  void aLockThatWasNotWrittenToItsEndIsTakenOver() throws IOException {
    for (String torn : List.of("", "{\"run\": \"o")) {
      Files.writeString(temp.resolve(CheckpointLock.FILE), torn);
      try (CheckpointLock lock = take("a")) {
        lock.requireHeld();
      }
    }
  }
}
