package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {
  @TempDir Path root;

  @BeforeEach
  void machine() throws IOException {
    write("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 10 kB\nMemAvailable:    2000 kB\n");
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private long free() {
    return new HostMemory(root).free();
  }

  @Test
  void aMachineWithoutControlGroupsHasWhatLinuxSays() {
    assertThat(free()).isEqualTo(2000 << 10);
  }

  @Test
  void aSystemThatTellsNothingLimitsNothing() throws IOException {
    Files.delete(root.resolve("proc/meminfo"));
    assertThat(free()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aContainersLimitCountsLessWhatItUsesAndFilesThatCanBeDropped() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "1000000\n");
    write("sys/fs/cgroup/memory.current", "700000\n");
    assertThat(free()).isEqualTo(300_000);
    write("sys/fs/cgroup/memory.stat", "anon 5\nactive_file 7\ninactive_file 50000\nslab 1\n");
    assertThat(free()).isEqualTo(350_000);
    write("sys/fs/cgroup/memory.current", "1100000\n");
    assertThat(free()).isZero();
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThat(free()).isEqualTo(2000 << 10);
  }

  @Test
  void groupsAroundTheProcesssOwnLimitItToo() throws IOException {
    write("proc/self/cgroup", "0::/pods/executor\n");
    write("sys/fs/cgroup/pods/memory.max", "900000\n");
    write("sys/fs/cgroup/pods/memory.current", "500000\n");
    write("sys/fs/cgroup/pods/executor/memory.max", "max\n");
    write("sys/fs/cgroup/pods/executor/memory.current", "400000\n");
    assertThat(free()).isEqualTo(400_000);
    write("sys/fs/cgroup/pods/executor/memory.max", "600000\n");
    assertThat(free()).isEqualTo(200_000);
  }

  @Test
  void versionOneHasItsOwnNames() throws IOException {
    write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n1:name=systemd:/y\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
    assertThat(free()).isEqualTo(2000 << 10);
    write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "500000\n");
    write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "200000\n");
    write(
        "sys/fs/cgroup/memory/docker/abc/memory.stat", "inactive_file 1\ntotal_inactive_file 9\n");
    assertThat(free()).isEqualTo(300_009);
  }

  @Test
  void thisMachineHasSomeLeft() {
    assertThat(HostMemory.ofMachine().free()).isPositive();
  }
}
