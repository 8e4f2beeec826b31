package io.pinion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What {@code mvn package} puts into the thin jar, and into the one with all that it needs. */
class JarContentsIT {
  private static final String THIN = "target/pinion.jar";
  private static final String ALL = "target/pinion-all.jar";

  /** What the class path of a Spark has too, and another version of it may come first. */
  private static final String OF_SPARK =
      "(org/slf4j|com/google|org/apache|org/snakeyaml|com/fasterxml|scala)/.*\\.class";

  private static List<String> files(String jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  private static String text(String jar, String entry) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return new String(
          file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theThinJarHasOnlyPinionsOwn() throws IOException {
    assertThat(files(THIN))
        .contains("io/pinion/job/Pinion.class", "io/pinion/spark/versions.properties")
        .allMatch(name -> name.matches("(io/pinion|META-INF|native/linux-x86_64)/.*"))
        .noneMatch(name -> name.startsWith("io/pinion/shaded/"));
  }

  @Test
  void theOtherJarHasNothingUnderANameThatSparkUsesToo() throws IOException {
    assertThat(files(ALL))
        .noneMatch(name -> name.matches(OF_SPARK))
        .contains(
            "io/pinion/shaded/gson/Gson.class",
            "io/pinion/shaded/snakeyaml/v2/api/LoadSettings.class",
            "com/sun/jna/Native.class",
            "ai/djl/engine/Engine.class");
  }

  @Test
  void theOtherJarHasTheNativeCodeOfLinuxOnX86Only() throws IOException {
    assertThat(files(ALL))
        .filteredOn(name -> name.matches(".*\\.(so|so\\.\\d|dylib|jnilib|dll|a)"))
        .contains(
            "pytorch/cpu/linux-x86_64/libtorch_cpu.so",
            "jnilib/linux-x86_64/cpu/libdjl_torch.so",
            "jnilib/linux-x86_64/cu128/libdjl_torch.so",
            "native/lib/linux-x86_64/cpu/libtokenizers.so",
            "com/sun/jna/linux-x86-64/libjnidispatch.so")
        .allMatch(name -> name.matches(".*linux-x86[_-]64/.*"));
  }

  @Test
  void theOtherJarNamesItsEnginesToTheServiceLoader() throws IOException {
    assertThat(text(ALL, "META-INF/services/ai.djl.engine.EngineProvider"))
        .contains("ai.djl.pytorch.engine.PtEngineProvider");
    assertThat(text(ALL, "META-INF/MANIFEST.MF")).contains("Main-Class: io.pinion.job.Pinion");
  }
}
