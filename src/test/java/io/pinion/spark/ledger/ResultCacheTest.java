package io.pinion.spark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResultCacheTest {
  private static GenerationResult result(int... lengths) {
    List<Completion> completions =
        java.util.Arrays.stream(lengths)
            .mapToObj(n -> new Completion("", FinishReason.STOP, new int[n], new float[n]))
            .toList();
    return new GenerationResult("r", 1, 0, completions, null);
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() {
    ResultCache<String> cache = new ResultCache<>(2, 100);
    GenerationResult a = result(1);
    cache.put("a", a);
    cache.put("b", result(1));
    assertThat(cache.get("a")).isSameAs(a);
    cache.put("c", result(1));
    assertThat(cache.get("b")).isNull();
    assertThat(cache.get("a")).isSameAs(a);
    assertThat(cache.get("c")).isNotNull();
  }

  @Test
  void tokensOfAllCompletionsAreBoundedTogether() {
    ResultCache<String> cache = new ResultCache<>(100, 10);
    cache.put("a", result(2, 2));
    cache.put("b", result(3, 3));
    assertThat(cache.tokens()).isEqualTo(10);
    cache.put("c", result(1));
    assertThat(cache.get("a")).isNull();
    assertThat(cache.tokens()).isEqualTo(7);
    cache.put("b", result(1));
    assertThat(cache.tokens()).isEqualTo(2);
    cache.put("d", result(11));
    assertThat(cache.size()).isZero();
    assertThat(cache.tokens()).isZero();
  }

  @Test
  void errorsCountAsResultsWithoutTokens() {
    ResultCache<String> cache = new ResultCache<>(1, 0);
    cache.put("a", new GenerationResult("r", 1, 0, List.of(), new RowException("no")));
    assertThat(cache.get("a").error()).hasMessage("no");
  }

  @Test
  void neitherBoundIsEverPassed() {
    Random random = new Random(9);
    ResultCache<String> cache = new ResultCache<>(20, 200);
    for (int i = 0; i < 5000; i++) {
      cache.put("k" + random.nextInt(60), result(random.nextInt(40)));
      cache.get("k" + random.nextInt(60));
      assertThat(cache.size()).isLessThanOrEqualTo(20);
      assertThat(cache.tokens()).isBetween(0L, 200L);
    }
  }
}
