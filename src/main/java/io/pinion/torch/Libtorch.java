package io.pinion.torch;

import ai.djl.engine.Engine;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads libtorch: the one in the jar, for CPUs, or the one that {@code PYTORCH_LIBRARY_PATH} names.
 * Sets up the process for it first, and refuses a version that would end the process.
 *
 * <p>Environment variables, all optional:
 *
 * <ul>
 *   <li>{@code PYTORCH_LIBRARY_PATH}: the folder that contains {@code libtorch.so}, such as {@code
 *       torch/lib} of a PyTorch installed by pip
 *   <li>{@code PINION_FUSER=off}: TorchScript compiles no kernels of its own on GPUs. It does so in
 *       the first steps, in about half a second, and saves a fifth to a half of every later one
 *   <li>{@code PINION_PYTORCH=any}: accepts every version of PyTorch, for a JNI library compiled
 *       for it
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Libtorch {
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";
  private static final String CPU_LIBRARY = "libtorch_cpu.so";
  private static final String CUDA_LIBRARY = "libc10_cuda.so";
  private static final Path MAPS = Path.of("/proc/self/maps");

  private static Engine engine;
  private static RuntimeException failure;
  private static LibtorchBuild build;

  private Libtorch() {}

  /**
   * The engine, loaded by the first call. Anything that uses libtorch calls this first.
   *
   * @throws LibtorchException if it cannot be loaded; each later call throws the same
   */
  public static synchronized Engine engine() {
    if (failure != null) {
      throw failure;
    }
    if (engine == null) {
      try {
        engine = load(System.getenv());
      } catch (LibtorchException e) {
        failure = e;
        throw e;
      }
    }
    return engine;
  }

  /** The build of the library that is loaded. */
  public static LibtorchBuild build() {
    engine();
    return build;
  }

  /**
   * How many GPUs libtorch sees; 0 for a build for CPUs. Opens no context on any of them.
   *
   * <p>DJL counts by another library, libcudart, which it looks up by a name that PyTorch's own
   * packages do not have.
   */
  public static int gpuCount() {
    engine();
    return mapped(CUDA_LIBRARY)
        .map(path -> NativeLibrary.getInstance(path.toString()))
        .map(library -> library.getFunction("_ZN3c104cuda12device_countEv"))
        .map(function -> (int) (byte) function.invokeInt(new Object[0]))
        .orElse(0);
  }

  /**
   * Gives memory of the CPU that was freed back to the system. glibc keeps tensors below 32 MiB for
   * the next ones, which is most of a small model.
   */
  public static void trimMemory() {
    Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
  }

  private static Engine load(Map<String, String> environment) {
    prepare(environment);
    NativeCache.makePrivate();
    String paths = environment.get(LIBRARY_PATH);
    if (paths != null) {
      Path folder = folder(paths);
      requireSupported(folder, environment);
      // DJL looks for a JNI library for the CUDA of the machine, by a name that its own jar lacks.
      // That for CPUs calls the same libtorch.
      property("PYTORCH_FLAVOR", "cpu");
      property("PYTORCH_LIBRARY_EXCLUSION", "libshm.so");
    }
    Engine loaded = Engine.getEngine("PyTorch");
    NativeLibrary library =
        mapped(CPU_LIBRARY)
            .map(path -> NativeLibrary.getInstance(path.toString()))
            .orElseThrow(() -> new LibtorchException(CPU_LIBRARY + " is not loaded"));
    build = LibtorchBuild.of(library);
    if (!build.cuda().equals("none") && "off".equals(environment.get("PINION_FUSER"))) {
      library
          .getFunction("_ZN5torch3jit25setTensorExprFuserEnabledEb")
          .invokeVoid(new Object[] {(byte) 0});
    }
    return loaded;
  }

  /**
   * Sets environment variables that the libraries read when they are loaded, as far as the user has
   * not set them. Java cannot set environment variables, so this calls C's {@code setenv}.
   */
  private static void prepare(Map<String, String> environment) {
    // OpenMP's threads spin for a millisecond or more at the end of every operation before they
    // sleep. If executors, or anything else, share the cores, they spin while the thread that they
    // wait for has no core: a run of 400 s took 142 s without spinning.
    if (Set.of(SPIN_COUNT, "OMP_WAIT_POLICY").stream().noneMatch(environment::containsKey)) {
      set(SPIN_COUNT, "1000");
    }
    // Spark's discovery script lists GPUs in this order, the one of nvidia-smi. CUDA's own order is
    // by speed, so on a machine with different GPUs an address would be another one.
    set("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    // A KV cache that grows leaves holes too small for the next size without it.
    if (!environment.containsKey("PYTORCH_ALLOC_CONF")) {
      set("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True");
    }
  }

  /** Keeps a value that is there. */
  private static void set(String variable, String value) {
    Function.getFunction("c", "setenv").invokeInt(new Object[] {variable, value, 0});
  }

  /** A setting of DJL, which the environment overrides. */
  private static void property(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** The first of the folders that has the library; DJL would silently take its own instead. */
  private static Path folder(String paths) {
    return Arrays.stream(paths.split(File.pathSeparator))
        .map(Path::of)
        .map(path -> path.endsWith("libtorch.so") ? path.toAbsolutePath().getParent() : path)
        .filter(path -> Files.isRegularFile(path.resolve("libtorch.so")))
        .findFirst()
        .orElseThrow(
            () ->
                new LibtorchException(
                    LIBRARY_PATH
                        + " is "
                        + paths
                        + ", which has no libtorch.so: name the folder torch/lib of a PyTorch that"
                        + " every executor can read"));
  }

  private static void requireSupported(Path folder, Map<String, String> environment) {
    if ("any".equals(environment.get("PINION_PYTORCH"))) {
      return;
    }
    String version;
    try {
      Path library = folder.resolve(CPU_LIBRARY).toAbsolutePath();
      LibtorchBuild found = LibtorchBuild.of(NativeLibrary.getInstance(library.toString()));
      if (found.supported()) {
        return;
      }
      version = found.version();
    } catch (UnsatisfiedLinkError e) {
      throw new LibtorchException(
          LIBRARY_PATH + " is " + folder + ", and its " + CPU_LIBRARY + " cannot be loaded: " + e,
          e);
    }
    throw new LibtorchException(
        LIBRARY_PATH
            + " is "
            + folder
            + ", which is PyTorch "
            + version
            + "; Pinion works with PyTorch 2.7 and 2.8: install one of these, such as torch==2.8.0");
  }

  /** Where a library that this process has loaded comes from. */
  private static Optional<Path> mapped(String name) {
    try {
      Matcher line =
          Pattern.compile("(?m)(/\\S.*/" + Pattern.quote(name) + ")$")
              .matcher(Files.readString(MAPS));
      return line.find() ? Optional.of(Path.of(line.group(1))) : Optional.empty();
    } catch (IOException e) {
      throw new LibtorchException("cannot read " + MAPS + ": " + e.getMessage(), e);
    }
  }
}
