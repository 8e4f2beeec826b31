package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryCheckTest {
  private static final long MIB = 1 << 20;

  @TempDir Path root;

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** A machine with 8000 MiB available, and a container of 4000 MiB that uses 1000 MiB. */
  @BeforeEach
  void container() throws IOException {
    write("proc/meminfo", "MemAvailable: " + 8000 * 1024 + " kB\n");
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", 4000 * MIB + "\n");
    write("sys/fs/cgroup/memory.current", 1000 * MIB + "\n");
  }

  /** Requires memory with a heap of 500 MiB that may become 2000. */
  private void require(long weights, long cache) {
    MemoryUsage heap = new MemoryUsage(0, 100 * MIB, 500 * MIB, 2000 * MIB);
    new MemoryCheck(new HostMemory(root), () -> heap)
        .problem("m.gguf", weights * MIB, cache * MIB)
        .ifPresent(
            problem -> {
              throw new DeviceException(problem);
            });
  }

  @Test
  void weightsCacheAndHeapTogetherMustFitInTheContainer() {
    assertThatCode(() -> require(1000, 436)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require(1000, 437))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "m.gguf needs 1501 MiB outside the heap: 1000 MiB for weights, 437 MiB for the KV cache"
                + " of a full batch and 64 MiB to work with; the heap may grow by 1500 MiB to 2000"
                + " MiB. The container's limit is 4000 MiB, of which 3000 MiB are left. Raise"
                + " spark.executor.memoryOverhead (for a driver spark.driver.memoryOverhead) by 1"
                + " MiB, or lower spark.executor.memory, batch.slots or model.max-model-length");
  }

  @Test
  void cachedFilesOfTheContainerCountAsLeft() throws IOException {
    write(
        "sys/fs/cgroup/memory.stat",
        "active_file " + 100 * MIB + "\ninactive_file " + 200 * MIB + "\n");
    assertThatCode(() -> require(1000, 736)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require(1000, 737)).hasMessageContaining("3300 MiB are left");
  }

  @Test
  void withoutAContainerTheMachineMustHaveRoomForTheModel() throws IOException {
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThatCode(() -> require(7000, 936)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require(7000, 937))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("This machine has 8000 MiB available");
  }

  @Test
  void aSystemThatTellsNothingRefusesNothing() throws IOException {
    Files.delete(root.resolve("proc/meminfo"));
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThatCode(() -> require(1 << 30, 1 << 30)).doesNotThrowAnyException();
  }

  private MemoryCheck check() {
    MemoryUsage heap = new MemoryUsage(0, 100 * MIB, 500 * MIB, 2000 * MIB);
    return new MemoryCheck(new HostMemory(root), () -> heap);
  }

  @Test
  void whatIsLeftIsLessWhatTheHeapMayTake() throws IOException {
    assertThat(check().left()).isEqualTo((3000 - 1500 - 64) * MIB);
    write("sys/fs/cgroup/memory.current", 3900 * MIB + "\n");
    assertThat(check().left()).isZero();
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThat(check().left()).isEqualTo((8000 - 64) * MIB);
    Files.delete(root.resolve("proc/meminfo"));
    assertThat(check().left()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aCacheGrowsWithinTheContainer() throws IOException {
    assertThat(check().growthProblem(1500 * MIB)).isEmpty();
    assertThat(check().growthProblem(1600 * MIB))
        .contains(
            "can't allocate memory for the KV cache to grow by 1600 MiB: the container's limit is"
                + " 4000 MiB, of which 3000 MiB are left, and the heap may grow by 1500 MiB; raise"
                + " spark.executor.memoryOverhead (for a driver spark.driver.memoryOverhead) by 100"
                + " MiB");
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThat(check().growthProblem(7000 * MIB)).isEmpty();
    assertThat(check().growthProblem(9000 * MIB).orElseThrow()).contains("8000 MiB available");
  }
}
