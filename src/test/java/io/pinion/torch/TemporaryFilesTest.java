package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No files are left in the temporary folder, neither while the JVM runs, nor after it is killed, as
 * executors are, without time to delete anything.
 *
 * <p>A JVM chooses its temporary folder when it starts and other processes write there too, so each
 * case runs in a JVM with its own folder.
 */
class TemporaryFilesTest {
  private static final int MODULES = 20;

  @TempDir Path folder;

  /** What the JVM of each case does. */
  enum Case {
    MODULES_OPEN {
      @Override
      void run(Path temporary) throws IOException {
        for (int i = 0; i < MODULES; i++) {
          compile();
          requireEmpty(temporary);
        }
      }
    },
    MODULES_CLOSED {
      @Override
      void run(Path temporary) throws IOException {
        for (int i = 0; i < MODULES; i++) {
          compile().close();
          requireEmpty(temporary);
        }
      }
    },
    MODULES_REFUSED {
      @Override
      void run(Path temporary) throws IOException {
        try {
          TorchScriptModule.compile("Empty", "class Empty(Module):\n  nope", Device.cpu());
        } catch (TorchScriptException expected) {
          requireEmpty(temporary);
          return;
        }
        throw new AssertionError("a broken source is compiled");
      }
    },
    KERNELS {
      @Override
      void run(Path temporary) throws IOException {
        CpuKernels.level();
        requireEmpty(temporary);
      }
    };

    abstract void run(Path temporary) throws IOException;

    private static TorchScriptModule compile() {
      String source =
          """
          class Empty(Module):
            __parameters__ = []
            __buffers__ = []
            training : bool
          """;
      return TorchScriptModule.compile("Empty", source, Device.cpu());
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingStaysInTheTemporaryFolder(Case what) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path log = folder.resolve("log");
    Process process = start(what, temporary, log);
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  private static Process start(Case what, Path temporary, Path log) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            classPath,
            TemporaryFilesTest.class.getName(),
            what.name())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Runs a case and stops at once, without the JVM's shutdown hooks. */
  public static void main(String[] arguments) throws IOException {
    Case.valueOf(arguments[0]).run(Path.of(System.getProperty("java.io.tmpdir")));
    Runtime.getRuntime().halt(0);
  }

  private static void requireEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> left = files.toList();
      if (!left.isEmpty()) {
        throw new AssertionError("the temporary folder holds " + left);
      }
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
