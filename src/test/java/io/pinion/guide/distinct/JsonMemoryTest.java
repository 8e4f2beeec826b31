package io.pinion.guide.distinct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.error.GuideLimitException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonMemoryTest {
  private static JsonMemory after(String text) {
    JsonMemory memory = JsonMemory.START;
    for (byte value : text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)) {
      memory = memory.after(value & 0xff);
    }
    return memory;
  }

  @Test
  void theLastItemRepeatsAnEarlierOneOfItsArray() {
    assertThat(after("[1,2,1").repeats()).isTrue();
    assertThat(after("[1,2,12").repeats()).isFalse();
    assertThat(after("[1,[1").repeats()).isFalse();
    assertThat(after("[[1] , [ 1.0 ]").repeats()).isTrue();
    assertThat(after("['\\u00e9','é'").repeats()).isTrue();
    assertThat(after("[{'a':1,'b':2},{'b':2,'a':1}").repeats()).isTrue();
    assertThat(after("[{'a':1,'a':2},{'a':2}").repeats()).isTrue();
    assertThat(after("[[[]],[]").repeats()).isFalse();
  }

  @Test
  void theLastKeyRepeatsAnEarlierOneOfItsObject() {
    assertThat(after("{'a':1,'a' :").repeats()).isTrue();
    assertThat(after("{'a':{'b':1},'b':").repeats()).isFalse();
  }

  @Test
  void nestingHasABound() {
    assertThatThrownBy(() -> after("[".repeat(1001)))
        .isInstanceOf(GuideLimitException.class)
        .hasMessageContaining("1000");
  }

  /** Few keys and many, some with equal hashes, against a hash map. */
  @Test
  void membersAreAMap() {
    Random random = new Random(7);
    Members members = Members.NONE;
    Members backwards = Members.NONE;
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = random.nextBoolean() ? "Aa" + random.nextInt(6000) : "BB" + random.nextInt(6000);
      map.put(key, i);
      members = members.with(key, i);
    }
    for (String key : map.keySet().stream().sorted().toList()) {
      backwards = backwards.with(key, -1).with(key, map.get(key));
      assertThat(members.contains(key)).isTrue();
    }
    assertThat(members.size()).isEqualTo(map.size());
    assertThat(members.contains("Aa6000")).isFalse();
    assertThat(backwards).isEqualTo(members).hasSameHashCodeAs(members);
    assertThat(backwards.with("Aa1", "other")).isNotEqualTo(members);
  }
}
