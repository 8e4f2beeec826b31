package io.pinion.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.job.progress.RowCounts.Count;
import io.pinion.job.progress.RunCurve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCurveTest {
  private long nanos;

  private RunCurve curve(int counts) {
    nanos = 7;
    RunCurve curve = new RunCurve(() -> nanos);
    for (int i = 1; i <= counts; i++) {
      nanos += 1_000_000_000L;
      curve.counted(new Count(i, 0, 2L * i, 3L * i));
    }
    return curve;
  }

  @Test
  void hasEachCountWhileThereAreFew() {
    assertThat(curve(2).points())
        .containsExactly(new Point(0, 0, 0), new Point(1, 1, 5), new Point(2, 2, 10));
    assertThat(curve(0).points()).containsExactly(new Point(0, 0, 0));
  }

  @Test
  void hasFewPointsOfManyCountsAtEqualDistancesAndTheLatest() {
    List<Point> points = curve(10_001).points();
    assertThat(points).hasSizeBetween(RunCurve.MAX_POINTS / 2, RunCurve.MAX_POINTS + 1);
    assertThat(points.get(points.size() - 1)).isEqualTo(new Point(10_001, 10_001, 50_005));
    double distance = points.get(2).seconds() - points.get(1).seconds();
    for (int i = 2; i < points.size() - 1; i++) {
      assertThat(points.get(i).seconds() - points.get(i - 1).seconds()).isEqualTo(distance);
    }
  }
}
