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
 * What runs between a decoder's products on a CPU: {@code src/main/native}, in C, as operators of
 * libtorch. They take the place of some twenty operations a layer of libtorch's own, each of which
 * goes through memory once more.
 *
 * <p>The library is part of the jar where a C compiler was at hand when it was built. Where it is
 * absent, or the processor lacks AVX2, libtorch's own operations do the same more slowly, and the
 * log says so. {@code PINION_KERNELS} in the environment says which instructions are used: {@code
 * avx2}, {@code avx512}, {@code avx512_bf16}, or {@code none}.
 *
 * <p>Thread-safe.
 */
public final class CpuKernels {
  /** How many tokens a block of the kernels' cache holds; {@code BLOCK} of kernels.h. */
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

  /** Whether they are there for a device. */
  public static boolean available(Device device) {
    return !device.isGpu() && !level().equals("none");
  }

  /**
   * Uses other instructions from now on.
   *
   * @return what stands in the way, or null
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
        // What is loaded stays so without its file.
        Files.delete(file);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.warn("the CPU runs without Pinion's kernels, which is slower: {}", e.toString());
      return null;
    }
  }
}
