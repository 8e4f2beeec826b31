package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinion.engine.ModelLoader;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerLibraryTest {
  /** With a GPU in the machine, DJL would download another build of its library. */
  @Test
  void theLibraryOfTheJarServesEveryMachine(@TempDir Path folder) throws IOException {
    assumeTrue(System.getenv("RUST_FLAVOR") == null, "the environment names a build");
    TinyModelDirectory.write(folder, 1);
    try (Tokenizer tokenizer = ModelLoader.tokenizer(folder)) {
      assertThat(tokenizer.encode("a", false)).isNotEmpty();
    }
    assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
  }
}
