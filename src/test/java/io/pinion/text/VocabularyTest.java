package io.pinion.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
  private static Vocabulary vocabulary() {
    BitSet special = new BitSet();
    special.set(2);
    return new Vocabulary(new byte[][] {{65}, null, {66, 67}}, special);
  }

  @Test
  void bytesAndKindsAreThoseGiven() {
    assertThat(vocabulary().size()).isEqualTo(3);
    assertThat(vocabulary().bytes(0)).containsExactly(65);
    assertThat(vocabulary().bytes(2)).containsExactly(66, 67);
    assertThat(vocabulary().special(0)).isFalse();
    assertThat(vocabulary().special(2)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 1 << 20, Integer.MAX_VALUE})
  void anIdThatIsNotInUseHasNoBytesAndIsNotSpecial(int id) {
    assertThat(vocabulary().bytes(id)).isEmpty();
    assertThat(vocabulary().special(id)).isFalse();
  }
}
