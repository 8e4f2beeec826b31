package io.pinion.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how much memory this process can still allocate on its machine: what Linux reports as
 * available, capped by what each of the process's control groups has left (container limits,
 * cgroups version 1 or 2). A value that the system does not report sets no limit. Thread-safe.
 */
final class HostMemory {
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB");

  private final Path root;

  /**
   * @param root the folder that contains {@code proc} and {@code sys}
   */
  HostMemory(Path root) {
    this.root = root;
  }

  static HostMemory ofMachine() {
    return new HostMemory(Path.of("/"));
  }

  /** The free bytes; {@link Long#MAX_VALUE} if the system reports nothing. */
  long free() {
    long free = Long.MAX_VALUE;
    Matcher available = AVAILABLE.matcher(text(root.resolve("proc/meminfo")));
    if (available.find()) {
      free = Long.parseLong(available.group(1)) << 10;
    }
    for (Path group : groups("", "sys/fs/cgroup")) {
      free = Math.min(free, left(group, "memory.max", "memory.current", "inactive_file"));
    }
    for (Path group : groups("memory", "sys/fs/cgroup/memory")) {
      String limit = "memory.limit_in_bytes";
      free = Math.min(free, left(group, limit, "memory.usage_in_bytes", "total_inactive_file"));
    }
    return free;
  }

  /**
   * The process's group and its ancestors, each of which may have a limit. A container may not see
   * its own group under the name that the host gave it; the group is then at the top of the mount.
   *
   * @param controller "memory" in version 1, where each controller has its own groups; "" in
   *     version 2
   */
  private List<Path> groups(String controller, String mount) {
    Path top = root.resolve(mount);
    List<Path> groups = new ArrayList<>(List.of(top));
    for (String line : text(root.resolve("proc/self/cgroup")).split("\n")) {
      // 4:memory:/user.slice, or 0::/user.slice
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && List.of(parts[1].split(",")).contains(controller)) {
        Path group = top;
        for (Path name : Path.of(parts[2])) {
          group = group.resolve(name);
          groups.add(group);
        }
      }
    }
    return groups;
  }

  /** A group's limit less its usage; cached files that the system can drop count as free. */
  private static long left(Path group, String limit, String usage, String dropped) {
    long most = number(text(group.resolve(limit)).strip());
    long used = number(text(group.resolve(usage)).strip());
    if (most < 0 || used < 0) {
      return Long.MAX_VALUE;
    }
    Matcher files =
        Pattern.compile("(?m)^" + dropped + " (\\d+)$").matcher(text(group.resolve("memory.stat")));
    return Math.max(0, most - used + (files.find() ? Long.parseLong(files.group(1)) : 0));
  }

  /**
   * A count of bytes; -1 for no limit: {@code max}, or a number of more than 18 digits in version
   * 1.
   */
  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  private static String text(Path file) {
    if (!Files.isReadable(file)) {
      return "";
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DeviceException("cannot read " + file + ": " + e.getMessage());
    }
  }
}
