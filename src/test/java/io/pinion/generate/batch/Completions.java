package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.Completion;
import java.util.List;
import org.assertj.core.data.Offset;

/** Compares completions, their logprobs within rounding. */
public final class Completions {
  private Completions() {}

  public static void assertSame(List<Completion> found, List<Completion> expected, Object about) {
    assertThat(found).as("%s", about).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Completion want = expected.get(i);
      Completion have = found.get(i);
      assertThat(have.tokenIds()).as("%s", about).isEqualTo(want.tokenIds());
      assertThat(have.text()).as("%s", about).isEqualTo(want.text());
      assertThat(have.finishReason()).as("%s", about).isEqualTo(want.finishReason());
      assertThat(have.logprobs()).as("%s", about).containsExactly(want.logprobs(), CLOSE);
    }
  }

  private static final Offset<Float> CLOSE = Offset.offset(1e-4f);
}
