package io.pinion.torch;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What libtorch says of its own build.
 *
 * @param version of PyTorch, such as 2.7.1
 * @param cuda the version of CUDA that it was built for, such as 12.8; "none" for a build for CPUs
 */
public record LibtorchBuild(String version, String cuda) {
  private static final String SHOW_CONFIG = "_ZN2at11show_configB5cxx11Ev";
  private static final int SIZE_OF_STRING = 32;
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([\\d.]+)");
  private static final Pattern CUDA = Pattern.compile("CUDA_VERSION=([\\d.]+)");
  private static final Pattern SUPPORTED = Pattern.compile("2\\.[78](\\..*)?");

  /** Reads the build's own description, the text of {@code at::show_config()}. */
  static LibtorchBuild parse(String config) {
    return new LibtorchBuild(
        first(VERSION, config, "unknown"),
        config.contains("USE_CUDA=ON") ? first(CUDA, config, "unknown") : "none");
  }

  private static String first(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : otherwise;
  }

  /**
   * Asks a library.
   *
   * @param library libtorch_cpu
   */
  static LibtorchBuild of(NativeLibrary library) {
    // A function that returns a std::string is passed where to construct it. The string's text, a
    // kilobyte, is left to the process: only C++ can destroy it, and this is called once or twice.
    Memory string = new Memory(SIZE_OF_STRING);
    library.getFunction(SHOW_CONFIG).invokeVoid(new Object[] {string});
    Pointer text = string.getPointer(0);
    long length = string.getLong(Long.BYTES);
    return parse(new String(text.getByteArray(0, (int) length), StandardCharsets.UTF_8));
  }

  /**
   * Whether the JNI library in the jar works with this build. It does with 2.7 and 2.8; later
   * versions laid out their reference counts differently, which ends the process, and earlier ones
   * lack functions.
   */
  boolean supported() {
    return SUPPORTED.matcher(version).matches();
  }
}
