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

  private static final String SECOND = "sys/fs/cgroup";
  private static final String FIRST = "sys/fs/cgroup/memory";
  private static final String INACTIVE = "inactive_file";
  private static final String ACTIVE = "active_file";
  private static final String TOTAL = "total_";

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

  /**
   * A container's limit.
   *
   * @param bytes that its processes may use together
   * @param left of these, counting what the system can drop
   */
  record Limit(long bytes, long left) {
    static final Limit NONE = new Limit(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The free bytes; {@link Long#MAX_VALUE} if the system reports nothing. */
  long free() {
    long free = available();
    for (Path group : groups("", SECOND)) {
      free = Math.min(free, limit(group, "memory.max", "memory.current", INACTIVE).left);
    }
    for (Path group : groups("memory", FIRST)) {
      String limit = "memory.limit_in_bytes";
      free = Math.min(free, limit(group, limit, "memory.usage_in_bytes", TOTAL + INACTIVE).left);
    }
    return free;
  }

  /** What Linux reports as available; {@link Long#MAX_VALUE} if it reports nothing. */
  long available() {
    Matcher available = AVAILABLE.matcher(text(root.resolve("proc/meminfo")));
    return available.find() ? Long.parseLong(available.group(1)) << 10 : Long.MAX_VALUE;
  }

  /**
   * The limit of the process's control groups that leaves least. All cached files count as left,
   * recently used ones too: the system drops them before it ends a process.
   */
  Limit container() {
    Limit least = Limit.NONE;
    for (Path group : groups("", SECOND)) {
      least = least(least, limit(group, "memory.max", "memory.current", INACTIVE, ACTIVE));
    }
    for (Path group : groups("memory", FIRST)) {
      least =
          least(
              least,
              limit(
                  group,
                  "memory.limit_in_bytes",
                  "memory.usage_in_bytes",
                  TOTAL + INACTIVE,
                  TOTAL + ACTIVE));
    }
    return least;
  }

  private static Limit least(Limit one, Limit other) {
    return other.left < one.left ? other : one;
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

  /** A group's limit less its usage; {@code dropped} are the kinds of memory that count as free. */
  private static Limit limit(Path group, String limit, String usage, String... dropped) {
    long most = number(text(group.resolve(limit)).strip());
    long used = number(text(group.resolve(usage)).strip());
    if (most < 0 || used < 0) {
      return Limit.NONE;
    }
    String statistics = text(group.resolve("memory.stat"));
    for (String kind : dropped) {
      Matcher files = Pattern.compile("(?m)^" + kind + " (\\d+)$").matcher(statistics);
      used -= files.find() ? Long.parseLong(files.group(1)) : 0;
    }
    return new Limit(most, Math.max(0, most - used));
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
