package io.pinion.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Warns if the CUDA and driver versions of an executor are incompatible. PyTorch's own version is
 * checked before it is loaded.
 */
public final class RuntimeCheck {
  /** The oldest Linux driver for each major version of CUDA, from NVIDIA's compatibility guide. */
  private static final Map<Integer, String> OLDEST_DRIVER =
      Map.of(11, "450.80.02", 12, "525.60.13", 13, "580.65.06");

  private RuntimeCheck() {}

  /**
   * The incompatibilities, each a sentence that says what to do.
   *
   * @param versions as {@link RuntimeVersions#read} returns them
   */
  public static List<String> warnings(Map<String, String> versions) {
    List<String> warnings = new ArrayList<>();
    String cuda = versions.get("cuda");
    String driver = versions.get("driver");
    if (!cuda.equals("none") && !driver.equals("none")) {
      String oldest = OLDEST_DRIVER.get(numbers(cuda)[0]);
      if (oldest != null && Arrays.compare(numbers(driver), numbers(oldest)) < 0) {
        warnings.add(
            "the NVIDIA driver is "
                + driver
                + ", and CUDA "
                + cuda
                + " needs "
                + oldest
                + " or newer: update the driver, or use a PyTorch for an older CUDA");
      }
    }
    if (cuda.equals("none") && !driver.equals("none")) {
      warnings.add(
          "there is an NVIDIA driver ("
              + driver
              + ") but PyTorch is built for CPUs; models run on the CPU until PYTORCH_LIBRARY_PATH"
              + " points at a PyTorch built for CUDA");
    }
    return warnings;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.replaceAll("[^0-9.]", "").split("\\."))
        .filter(part -> !part.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
