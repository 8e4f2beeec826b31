package io.pinion.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.job.progress.RowCounts.Count;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  @Test
  void tellsWhatIsDoneAndHowLongTheRestTakes() {
    assertThat(ProgressBar.line(new Count(14, 1, 900, 250), 30, 5))
        .isEqualTo(
            "[%s%s] 15/30 rows, 3.0 rows/s, 50 tokens/s, 1 failed, 5 s left"
                .formatted("#".repeat(15), ".".repeat(15)));
    assertThat(ProgressBar.line(new Count(1, 0, 0, 0), 121, 5)).endsWith("0 tokens/s, 10 min left");
    assertThat(ProgressBar.line(new Count(1, 0, 0, 0), 1001, 27)).endsWith(", 7 h 30 min left");
    assertThat(ProgressBar.line(new Count(30, 0, 0, 60), 30, 5))
        .endsWith("6.0 rows/s, 12 tokens/s");
  }

  @Test
  void nothingDoneOrNothingToDoHasNoTimeLeft() {
    assertThat(ProgressBar.line(Count.NONE, 0, 0)).endsWith("] 0/0 rows, 0.0 rows/s, 0 tokens/s");
    assertThat(ProgressBar.line(Count.NONE, 9, 3)).endsWith("] 0/9 rows, 0.0 rows/s, 0 tokens/s");
  }

  @Test
  void aJobWhoseRowsAreNotCountedHasNoBar() {
    assertThat(ProgressBar.line(new Count(15, 0, 5, 20), -1, 5))
        .isEqualTo("15 rows, 3.0 rows/s, 4 tokens/s");
  }

  @Test
  void aShorterLineCoversALongerOne() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressBar bar = new ProgressBar(new PrintStream(bytes, true, StandardCharsets.UTF_8), 5);
    bar.counted(new Count(0, 4, 0, 0));
    bar.finish(new Count(5, 0, 0, 0));
    String[] lines = bytes.toString(StandardCharsets.UTF_8).substring(1).split("\r");
    assertThat(lines).hasSize(2);
    assertThat(lines[1].length()).isGreaterThanOrEqualTo(lines[0].stripTrailing().length());
  }
}
