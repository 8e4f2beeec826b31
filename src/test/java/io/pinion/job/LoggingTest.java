package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.setting.Secrets;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** What {@code bin/pinion} prints of a log. */
class LoggingTest {
  private static String printed(String message, Throwable thrown) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of("conf/log4j2.properties"))) {
      properties.load(reader);
    }
    LogEvent event =
        Log4jLogEvent.newBuilder()
            .setLoggerName("org.apache.spark.scheduler.TaskSetManager")
            .setLevel(Level.WARN)
            .setMessage(new SimpleMessage(message))
            .setThrown(thrown)
            .build();
    return PatternLayout.newBuilder()
        .withPattern(properties.getProperty("appender.stderr.layout.pattern"))
        .build()
        .toSerializable(event);
  }

  @Test
  void aFailureIsALineWithoutItsStackTrace() throws IOException {
    String trace =
        "Lost task 0.0: java.lang.X: row 3 failed\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)\n"
            + "Caused by: g.H\n\tat i.J.k(J.java:3)\n";
    assertThat(printed(trace, null))
        .matches(
            "\\d\\d:\\d\\d:\\d\\d WARN TaskSetManager: Lost task 0.0: java.lang.X: row 3 failed\n");
    assertThat(printed("Exception in task", new IllegalStateException("x", new IOException("y"))))
        .matches("\\d\\d:\\d\\d:\\d\\d WARN TaskSetManager: Exception in task\n");
    assertThat(printed("two\nlines of words", null)).endsWith("two\nlines of words\n");
  }

  @Test
  void credentialsAreHiddenAsElsewhere() throws IOException {
    assertThat(printed("reads https://u:p@h/x?X-Amz-Signature=abc with Bearer abc", null))
        .endsWith("reads https://***@h/x?X-Amz-Signature=*** with Bearer ***\n");
    assertThat(Files.readString(Path.of("conf/log4j2.properties")))
        .contains("{" + Secrets.CREDENTIALS.replace("\\", "\\\\") + "}");
  }

  @Test
  void aMessageThatHoldsStackTracesIsToldWithoutThem() {
    String message =
        """
        Cannot call methods on a stopped SparkContext.
        This stopped SparkContext was created at:

        org.apache.spark.sql.SparkSession$Builder.getOrCreate(SparkSession.scala:923)
        io.pinion.job.Pinion.main(Pinion.java:22)

        And it was stopped at:

        org.apache.spark.util.SparkShutdownHookManager$$anon$2.run(ShutdownHookManager.scala:184)
        java.base/java.util.concurrent.Executors$RunnableAdapter.call(Executors.java:539)
        """;
    assertThat(Messages.cause(new RuntimeException(new IllegalStateException(message))))
        .isEqualTo("Cannot call methods on a stopped SparkContext.");
    assertThat(Messages.cause(new IllegalStateException("two\nlines"))).isEqualTo("two\nlines");
    assertThat(Messages.cause(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }
}
