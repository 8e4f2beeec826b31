package io.pinion.spark.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RowIdentitiesTest {
  private static RowIdentities of(int from, int to) {
    RowIdentities identities = new RowIdentities();
    for (int i = from; i < to; i++) {
      identities.add("row " + i);
    }
    return identities;
  }

  @Test
  void fewIdsAreCountedExactlyOverAllTasks() {
    RowIdentities all = new RowIdentities();
    all.merge(of(0, 1000).sample());
    all.merge(of(900, 2000).sample());
    all.merge(of(0, 10).sample());
    all.add("row 5");
    assertThat(all.count()).isEqualTo(new RowIdentities.Count(2111, 111, true));
    assertThat(new RowIdentities().count()).isEqualTo(new RowIdentities.Count(0, 0, true));
  }

  @Test
  void manyIdsAreEstimatedWhateverTheTasks() {
    RowIdentities one = of(0, 300_000);
    one.merge(of(0, 100_000).sample());
    RowIdentities many = of(0, 10);
    for (int i = 0; i < 40; i++) {
      int from = i * 10_000 % 300_000;
      many.merge(of(Math.max(from, i == 0 ? 10 : 0), from + 10_000).sample());
    }
    for (RowIdentities identities : new RowIdentities[] {one, many}) {
      RowIdentities.Count count = identities.count();
      assertThat(count.exact()).isFalse();
      assertThat((double) count.rows()).isCloseTo(400_000, within(30_000.0));
      assertThat((double) count.repeated()).isCloseTo(100_000, within(20_000.0));
    }
    assertThat(many.count()).isEqualTo(one.count());
    assertThat(of(0, 1_000_000).count().repeated()).isZero();
  }

  @Test
  void oneIdOfAllRowsIsExact() {
    RowIdentities identities = new RowIdentities();
    for (int i = 0; i < 100_000; i++) {
      identities.add("the same");
    }
    assertThat(identities.count()).isEqualTo(new RowIdentities.Count(100_000, 99_999, true));
  }
}
