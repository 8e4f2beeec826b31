package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.spark.task.TaskOptions.GuideSource;
import io.pinion.spark.task.TaskOptions.PromptSource;
import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.text.tokenizer.TokenizerException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What is wrong with one row is that row's error, whatever it is. */
class RequestIteratorTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", "string")
          .add("text", "string")
          .add("t", "double")
          .add("stop", "array<string>")
          .add("guide", "string")
          .add("messages", "array<struct<role:string,content:string>>");

  private static final GenericRowWithSchema GOOD = row("ok", "abc", 1.0, null, null);

  private static GenericRowWithSchema row(Object... values) {
    return new GenericRowWithSchema(Arrays.copyOf(values, SCHEMA.size()), SCHEMA);
  }

  /** Refuses texts with {@code z}, and does not expect texts with {@code y}. */
  private static final Tokenizer TOKENIZER =
      new Tokenizer() {
        private final LetterTokenizer letters = new LetterTokenizer(26);

        @Override
        public int[] encode(String text, boolean addSpecialTokens) {
          if (text.contains("z")) {
            throw new TokenizerException("no token for z");
          }
          if (text.contains("y")) {
            throw new StackOverflowError("y upon y");
          }
          return letters.encode(text, addSpecialTokens);
        }

        @Override
        public Vocabulary vocabulary() {
          return letters.vocabulary();
        }

        @Override
        public void close() {}
      };

  private static Iterator<RowRequest> requests(Iterator<Row> rows, AtomicBoolean dead) {
    TaskOptions options =
        new TaskOptions(
            null,
            "cpu",
            new PromptSource("text", null, null, null),
            "id",
            SamplingParameters.DEFAULTS,
            List.of(
                new SamplingColumn(SamplingParameter.TEMPERATURE, "t"),
                new SamplingColumn(SamplingParameter.STOP, "stop")),
            new GuideSource(
                null, "guide", GuideRequest.Kind.REGEX, new JsonOptions(false, 0), false),
            false,
            4,
            false);
    return new RequestIterator(
        rows, options, () -> new LetterModel(null, TOKENIZER), null, dead::get);
  }

  private static String fault(Row row) {
    Iterator<RowRequest> requests =
        requests(List.<Row>of(GOOD, row, GOOD).iterator(), new AtomicBoolean());
    assertThat(requests.next()).isInstanceOf(RowRequest.Ready.class);
    RowRequest.Failed failed = (RowRequest.Failed) requests.next();
    assertThat(failed.id()).isEqualTo("bad");
    assertThat(requests.next()).isInstanceOf(RowRequest.Ready.class);
    return failed.fault().getMessage();
  }

  @Test
  void valuesOfAnyKindFailTheirRowAlone() {
    Map<Object[], String> faults =
        Map.of(
            new Object[] {"bad", null}, "prompt column 'text' is null",
            new Object[] {"bad", "z"}, "no token for z",
            new Object[] {"bad", "y"}, "cannot be read: java.lang.StackOverflowError",
            new Object[] {"bad", "a", 1e300}, "temperature in column 't' must be a number",
            new Object[] {"bad", "a", Double.NaN}, "temperature in column 't' must be a number",
            new Object[] {"bad", "a", -0.5}, "temperature in column 't' must be a number",
            new Object[] {"bad", "a", "warm"}, "cannot be read: java.lang.ClassCastException",
            new Object[] {"bad", "a", 1.0, RowFactory.create(1)}, "cannot be read",
            new Object[] {"bad", "a", 1.0, null, "(a"}, "guide: ");
    faults.forEach((values, message) -> assertThat(fault(row(values))).contains(message));
  }

  @Test
  void anInputThatCannotBeReadIsNoRowsFault() {
    Iterator<Row> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Row next() {
            throw new IllegalStateException("the disk is gone");
          }
        };
    assertThatThrownBy(() -> requests(broken, new AtomicBoolean()).next())
        .hasMessage("the disk is gone");
  }

  @Test
  void aKilledTaskReadsNoFurtherRow() {
    AtomicBoolean dead = new AtomicBoolean();
    Iterator<RowRequest> requests = requests(List.<Row>of(GOOD, GOOD).iterator(), dead);
    requests.next();
    dead.set(true);
    assertThatThrownBy(requests::next).isInstanceOf(CancellationException.class);
  }
}
