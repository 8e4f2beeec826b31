package io.pinion.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that runs on machines with GPUs, tried out on the CPU. */
class GpuRunTest {
  @TempDir Path folder;

  private static String output(String... arguments) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      GpuRun.main(arguments);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void generatesForRowsWithAndWithoutASchema() throws IOException {
    String model = TinyModelDirectory.write(folder.resolve("model"), 5).toString();
    Path rows = folder.resolve("rows.tsv");
    Path out = folder.resolve("out.tsv");
    Files.writeString(rows, "a\t5\t104,105\nb\t20\t104,105\t{\"type\":\"boolean\"}\n");
    assertThat(output("run", model, "f32", "cpu", "2", rows.toString(), out.toString()))
        .contains("loaded model as f32 on cpu")
        .contains("run 2 rows");
    assertThat(Files.readAllLines(out).get(0).split("\t")[0].split(",")).hasSize(5);
    assertThat(Files.readAllLines(out).get(1).split("\t")[1]).isIn("true", "false");
  }

  @Test
  void measuresPrefillAndDecode() throws IOException {
    String model = TinyModelDirectory.write(folder.resolve("model"), 5).toString();
    assertThat(output("bench", model, "f32", "cpu", "1,3", "8", "4"))
        .containsPattern("Pinion batch 1: prefill .* tok/s, first run")
        .contains("Pinion batch 3: ");
  }

  @Test
  void tellsVersionsAndWhatBecomesOfAddresses() throws IOException {
    assertThat(output("versions")).contains("pytorch=2.7.1, cuda=none").contains("GPUs []");
    assertThat(output("pin", "0", "GPU-12"))
        .contains("pin 0 refused: Spark assigned gpu 0 to this task, but PyTorch sees no GPU")
        .contains("pin GPU-12 refused");
  }
}
