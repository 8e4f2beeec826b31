package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.plan.RepeatedRuns;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged when the model runs over the same rows again. */
class RepeatedRunsTest extends SparkTest {
  private final Messages messages = new Messages();

  /** Keeps what is logged. */
  private static final class Messages extends AbstractAppender {
    final List<String> lines = new CopyOnWriteArrayList<>();

    Messages() {
      super("messages", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getMessage().getFormattedMessage());
    }
  }

  private static Logger log() {
    return (Logger) LogManager.getLogger(RepeatedRuns.class);
  }

  @BeforeEach
  void listen() {
    messages.start();
    log().addAppender(messages);
    log().setLevel(org.apache.logging.log4j.Level.WARN);
  }

  @AfterEach
  void stopListening() {
    log().removeAppender(messages);
  }

  private static Dataset<Row> generated(int rows) {
    return tinyGenerator()
        .setInputCol("text")
        .setMaxTokens(2)
        .transform(spark.range(rows).selectExpr("concat('row ', id) AS text"));
  }

  private List<String> warnings() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    return messages.lines;
  }

  @Test
  void oneWarningNamesWhatKeepsTheRows() throws Exception {
    Dataset<Row> rows = generated(3);
    rows.collectAsList();
    assertThat(warnings()).isEmpty();
    rows.collectAsList();
    rows.collectAsList();
    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("The action 'collectAsList' has generated again what an earlier one generated")
        .contains("cache()", "checkpoint()", "write them first");
  }

  @Test
  void everyActionRunsTheModelAndASortRunsItTwice() {
    TextGenerator generator = tinyGenerator().setInputCol("text").setMaxTokens(2);
    Dataset<Row> rows =
        generator.transform(spark.range(0, 7, 1, 3).selectExpr("concat('row ', id) AS text"));
    rows.collectAsList();
    assertThat(generator.metrics().rowsOk()).isEqualTo(7);
    rows.collectAsList();
    assertThat(generator.metrics().rowsOk()).isEqualTo(14);
    rows.orderBy("generated_text").collectAsList();
    assertThat(generator.metrics().rowsOk()).isEqualTo(28);
    Dataset<Row> kept = rows.localCheckpoint();
    assertThat(generator.metrics().rowsOk()).isEqualTo(35);
    kept.orderBy("generated_text").collectAsList();
    assertThat(generator.metrics().rowsOk()).isEqualTo(35);
  }

  @Test
  void rowsThatAreKeptGiveNone() throws Exception {
    Dataset<Row> rows = generated(4).cache();
    rows.collectAsList();
    rows.filter("error IS NULL").collectAsList();
    assertThat(warnings()).isEmpty();
    rows.unpersist();
  }

  @Test
  void otherRowsGiveNone() throws Exception {
    generated(5).collectAsList();
    generated(6).collectAsList();
    assertThat(warnings()).isEmpty();
  }
}
