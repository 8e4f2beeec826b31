package io.pinion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of this process, for tests that look for leaks. */
public final class ProcessStatus {
  private ProcessStatus() {}

  /** Memory in use without mapped files, which the garbage collector unmaps at its own pace. */
  public static long allocatedKilobytes() throws IOException {
    return kilobytes("RssAnon:");
  }

  /** All memory that is not swapped out. */
  public static long residentKilobytes() throws IOException {
    return kilobytes("VmRSS:");
  }

  private static long kilobytes(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
