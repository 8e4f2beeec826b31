package io.pinion.torch;

import ai.djl.Device;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the CPU kernels: what a decoder runs between matrix multiplications, written in C ({@code
 * src/main/native}) and registered as libtorch operators. They replace some twenty libtorch
 * operations per layer, each of which would pass through memory once more.
 *
 * <p>The library is in the jar if a C compiler was available when the jar was built. If it is
 * absent, or the processor lacks AVX2, libtorch's own operations do the same work more slowly, and
 * the log says so. The environment variable {@code PINION_KERNELS} sets which instructions are
 * used: {@code avx2}, {@code avx512}, {@code avx512_bf16}, or {@code none}.
 *
 * <p>Thread-safe.
 */
public final class CpuKernels {
  /** How many tokens a block of the kernels' KV cache holds; {@code BLOCK} of kernels.h. */
  public static final int BLOCK = 16;

  private static final Logger LOG = LoggerFactory.getLogger(CpuKernels.class);
  private static final String SETTING = "PINION_KERNELS";
  private static final String RESOURCE = "/native/linux-x86_64/libpinion.so";
  private static final int LINE = 200;

  private CpuKernels() {}

  private static final class Loaded {
    static final NativeLibrary LIBRARY = library();
    static final String LEVEL = firstLevel();
  }

  /** The instructions that the kernels use, or {@code none}. */
  public static String level() {
    return Loaded.LEVEL;
  }

  /** Whether the kernels can be used on a device. */
  public static boolean available(Device device) {
    return !device.isGpu() && !level().equals("none");
  }

  /**
   * Switches the kernels to other instructions.
   *
   * @return why that is not possible; null if it is done
   */
  static String use(String level) {
    byte[] text = new byte[LINE];
    boolean done = register(Loaded.LIBRARY, level, text) == 0;
    return done ? null : string(text);
  }

  private static String firstLevel() {
    String wish = System.getenv().getOrDefault(SETTING, "");
    if (wish.equals("none")) {
      return "none";
    }
    byte[] text = new byte[LINE];
    if (Loaded.LIBRARY == null) {
      return "none";
    }
    Libtorch.engine();
    if (register(Loaded.LIBRARY, wish, text) != 0) {
      LOG.warn("the CPU runs without Pinion's kernels, which is slower: {}", string(text));
      return "none";
    }
    return string(text);
  }

  private static int register(NativeLibrary library, String level, byte[] text) {
    return library
        .getFunction("pinion_register")
        .invokeInt(new Object[] {level, text, text.length});
  }

  private static String string(byte[] text) {
    int end = 0;
    while (text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  private static NativeLibrary library() {
    try (InputStream resource = CpuKernels.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        LOG.warn(
            "the CPU runs without Pinion's kernels, which is slower: the jar was built on a"
                + " machine without a C compiler");
        return null;
      }
      Path file = Files.createTempFile("libpinion", ".so");
      try {
        Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        return NativeLibrary.getInstance(file.toString());
      } finally {
        // A loaded library stays loaded without its file.
        Files.delete(file);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.warn("the CPU runs without Pinion's kernels, which is slower: {}", e.toString());
      return null;
    }
  }
}
