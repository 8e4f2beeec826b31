package io.pinion.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
  @Test
  void theProgressLineFitsWhatIsDone() {
    assertThat(ProgressBar.line(15, 30, 5))
        .isEqualTo("[" + "#".repeat(15) + ".".repeat(15) + "] 15/30 rows, 3.0 rows/s ");
    assertThat(ProgressBar.line(0, 0, 0)).contains("0/0 rows, 0.0 rows/s");
    assertThat(ProgressBar.line(15, -1, 5)).isEqualTo("15 rows, 3.0 rows/s ");
  }
}
