package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that ends without stopping its session, which Spark then does at its JVM's end. */
class SessionEndTest {
  @TempDir Path folder;

  /** Plans a generation, and runs nothing. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      var rows = LocalSpark.session("local[1]").range(3).selectExpr("'x' AS text");
      var generator = new TextGenerator().setModelUrl("/nowhere").setInputCol("text");
      System.out.println(generator.transform(rows).schema().size() + " columns");
    }
  }

  @Test
  void aProgramThatRanNothingEndsInSilence() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Program.class.getName());
    File log = folder.resolve("log").toFile();
    Process program =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    int code = program.waitFor();
    assertThat(Files.readString(log.toPath()).strip()).isEqualTo("6 columns");
    assertThat(code).isZero();
  }
}
