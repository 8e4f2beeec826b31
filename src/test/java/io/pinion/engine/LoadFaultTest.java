package io.pinion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load that ends at any of its parts, by an exception of any kind, leaves nothing open. */
class LoadFaultTest {
  private static final DeviceAssignment CPU = DeviceAssignment.of(Device.cpu());

  @TempDir Path folder;

  /** Fails when it is asked for the n-th time. */
  private static final class FailingRoom implements MemoryRoom {
    private final Throwable failure;
    private int left;

    FailingRoom(int calls, Throwable failure) {
      this.left = calls;
      this.failure = failure;
    }

    private void call() {
      if (left-- == 0) {
        throw FailingRoom.<RuntimeException>sneaky(failure);
      }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
      throw (T) failure;
    }

    @Override
    public void make(long bytes) {
      call();
    }

    @Override
    public void requireWanted() {
      call();
    }
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void everyPartOfALoadCanEndItAndTheNextLoadRuns() throws Exception {
    String model = TinyModelDirectory.write(folder.resolve("model"), 6).toString();
    ModelOptions options = new ModelOptions(model, "", "f32", 0, 4, false, true, 1);
    ModelLoader.share(options, CPU, MemoryRoom.NONE).close();
    long files = openFiles();
    for (Throwable failure :
        List.of(
            new CancellationException("the task was killed"),
            new OutOfMemoryError("made up"),
            new LinkageError("made up"))) {
      int parts = 0;
      Throwable found = failure;
      while (found != null) {
        FailingRoom room = new FailingRoom(parts++, failure);
        found =
            catchThrowable(
                () -> {
                  SharedModel shared = ModelLoader.share(options, CPU, room);
                  shared.open(shared.settings(options), MemoryRoom.NONE).close();
                  shared.close();
                });
        assertThat(found).isIn(failure, null);
      }
      // One for memory, one before the weights, and one or more for each weight.
      assertThat(parts).isGreaterThan(30);
    }
    assertThat(openFiles()).isLessThanOrEqualTo(files + 2);
  }
}
