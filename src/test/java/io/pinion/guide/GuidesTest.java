package io.pinion.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GuidesTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void aRequestIsCompiledOnceForAllThreads() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), 64 * MEBIBYTE);
    GuideRequest request = regex("[a-z]+");
    long distinct =
        IntStream.range(0, 64).parallel().mapToObj(i -> guides.guide(request)).distinct().count();
    assertThat(distinct).isEqualTo(1);
  }

  @Test
  void theBytesOfAllGuidesAreBounded() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), MEBIBYTE);
    for (int i = 0; i < 200; i++) {
      Guide guide = guides.guide(regex("(?:[a-z]{2," + (i + 9) + "}é[0-9]{1,9},?)+" + i));
      assertThat(guides.bytes()).isLessThanOrEqualTo(MEBIBYTE);
      guide.start().mask(new long[GuideCases.tokens().words()]);
    }
    assertThat(guides.size()).isLessThan(200);
  }

  @Test
  void guidesThatGrowWhileRowsFollowThemAreMeasuredToo() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), 4 * MEBIBYTE);
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      GuideState state = guides.guide(regex("(?:[ab]*a[ab]{20}c){" + round % 3 + ",}")).start();
      for (int i = 0; i < 200; i++) {
        state.acceptBytes(new byte[] {(byte) ('a' + random.nextInt(2))});
      }
    }
    for (int i = 0; i < 65; i++) {
      guides.guide(regex("(?:[ab]*a[ab]{20}c){2,}"));
    }
    assertThat(guides.size() == 1 || guides.bytes() <= 4 * MEBIBYTE).isTrue();
  }

  @Test
  void refusedRequestsAreRememberedWithinTheBoundToo() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), MEBIBYTE);
    for (int i = 0; i < 3000; i++) {
      GuideRequest request = regex("(a" + i);
      assertThatThrownBy(() -> guides.guide(request)).isInstanceOf(GuideException.class);
    }
    assertThat(guides.bytes()).isLessThanOrEqualTo(MEBIBYTE);
  }

  @Test
  void aGuideLargerThanTheBoundIsKeptWhileItIsTheLastOne() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), 1);
    GuideRequest request = regex("[a-z]+");
    assertThat(guides.guide(request)).isSameAs(guides.guide(request));
    guides.guide(regex("[0-9]+"));
    assertThat(guides.size()).isEqualTo(1);
  }

  @Test
  void rowsAfterOneThatMadeMuchOfItsGuideHaveAFreshOne() {
    Guides guides = Guides.of(GuideCases.tokens().vocabulary(), 512 * MEBIBYTE);
    GuideRequest request = regex("(?:[ab]*a[ab]{40}c)*");
    Guide first = guides.guide(request);
    Random random = new Random(1);
    while (!first.isWorn()) {
      GuideState state = first.start();
      for (int i = 0; i < 1000 && !first.isWorn(); i++) {
        assertThat(state.acceptBytes(new byte[] {(byte) ('a' + random.nextInt(2))})).isEqualTo(1);
      }
    }
    Guide second = guides.guide(request);
    assertThat(second).isNotSameAs(first);
    assertThat(second.bytes()).isLessThan(first.bytes());
    assertThat(guides.guide(request)).isSameAs(second);
  }

  private static GuideRequest regex(String pattern) {
    return new GuideRequest(GuideRequest.Kind.REGEX, pattern, JsonOptions.DEFAULT);
  }
}
