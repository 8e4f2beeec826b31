package io.pinion.torch;

import ai.djl.engine.Engine;
import com.sun.jna.Function;
import java.util.Map;
import java.util.Set;

/**
 * Loads libtorch, with its threads configured for a machine that is shared with other processes.
 */
public final class Libtorch {
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";
  private static final Set<String> SETTINGS = Set.of(SPIN_COUNT, "OMP_WAIT_POLICY");

  private Libtorch() {}

  /** The engine. Anything that uses libtorch calls this first. */
  public static Engine engine() {
    return Loaded.ENGINE;
  }

  /**
   * Gives memory of the CPU that was freed back to the system. glibc keeps tensors below 32 MiB for
   * the next ones, which is most of a small model.
   */
  public static void trimMemory() {
    Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
  }

  private static final class Loaded {
    static final Engine ENGINE = load();

    /**
     * OpenMP's threads spin for a millisecond or more at the end of every operation before they
     * sleep. If executors, or anything else, share the cores, they spin while the thread that they
     * wait for has no core: a run of 400 s took 142 s without spinning. OpenMP reads its settings
     * when it is loaded, so they must be in the process's environment by then. Java cannot set
     * environment variables, so this calls C's {@code setenv}.
     */
    private static Engine load() {
      Map<String, String> environment = System.getenv();
      if (SETTINGS.stream().noneMatch(environment::containsKey)) {
        Function.getFunction("c", "setenv").invokeInt(new Object[] {SPIN_COUNT, "1000", 0});
      }
      NativeCache.makePrivate();
      return Engine.getEngine("PyTorch");
    }
  }
}
