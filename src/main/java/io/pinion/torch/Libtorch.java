package io.pinion.torch;

import ai.djl.engine.Engine;
import com.sun.jna.Function;
import java.util.Map;
import java.util.Set;

/** Loads libtorch, with its threads set up for a machine that other processes use too. */
public final class Libtorch {
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";
  private static final Set<String> SETTINGS = Set.of(SPIN_COUNT, "OMP_WAIT_POLICY");

  private Libtorch() {}

  /** The engine; everything that touches libtorch asks here first. */
  public static Engine engine() {
    return Loaded.ENGINE;
  }

  private static final class Loaded {
    static final Engine ENGINE = load();

    /**
     * OpenMP's threads spin for a millisecond and more at the end of every operation before they
     * sleep. Where executors, or anything else, share the cores, they spin while the thread that
     * they wait for has none: a run of 400 s took 142 s without. OpenMP reads its settings when it
     * is loaded, so they have to be in the process's environment by then; Java cannot put them
     * there.
     */
    private static Engine load() {
      Map<String, String> environment = System.getenv();
      if (SETTINGS.stream().noneMatch(environment::containsKey)) {
        Function.getFunction("c", "setenv").invokeInt(new Object[] {SPIN_COUNT, "1000", 0});
      }
      return Engine.getEngine("PyTorch");
    }
  }
}
