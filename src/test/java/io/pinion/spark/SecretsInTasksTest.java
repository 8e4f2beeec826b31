package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pinion.setting.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What a task throws and logs tells nothing of what a job file's variables hold. */
class SecretsInTasksTest extends SparkTest {
  /** Keeps what is logged, with the stack traces. */
  private static final class Kept extends AbstractAppender {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    Kept() {
      super("kept", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getMessage().getFormattedMessage() + text(event.getThrown()));
    }
  }

  private static String text(Throwable thrown) {
    StringWriter text = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }

  @Test
  void neitherTheExceptionNorTheLogsTellThem() throws Exception {
    Path secret = Files.createDirectories(folder.resolve("hunter2-hunter2"));
    Path broken = Files.write(secret.resolve("m.gguf"), new byte[100]);
    Secrets.hide(Map.of("PINION_TEST_FOLDER", "hunter2-hunter2"));
    Dataset<Row> rows = spark.createDataset(List.of("a", "b"), Encoders.STRING()).toDF("text");
    Dataset<Row> generated =
        new TextGenerator()
            .setModelUrl(broken.toString())
            .setPromptTemplate("{{ text }}")
            .transform(rows);
    Logger root = (Logger) LogManager.getRootLogger();
    Kept kept = new Kept();
    kept.start();
    root.addAppender(kept);
    Throwable thrown;
    try {
      thrown = catchThrowable(generated::collectAsList);
    } finally {
      root.removeAppender(kept);
    }
    assertThat(text(thrown)).contains("${PINION_TEST_FOLDER}").doesNotContain("hunter2");
    assertThat(String.join("\n", kept.lines)).doesNotContain("hunter2");
  }
}
