package io.pinion.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.GuideCases;
import io.pinion.guide.json.JsonOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GuideCheckTest {
  private final GuideCheck check =
      new GuideCheck(GuideCases.tokens(), GuideCheckTest::bytes, JsonOptions.DEFAULT);

  @Test
  void aResultSaysWhatWasAcceptedAndWhereNot() {
    String result =
        check.check(
            "{\"id\":\"a\",\"choice\":[\"yes\",\"no\"],\"instances\":[{\"text\":\"yes\"},"
                + "{\"text\":\"nay\",\"valid\":false},{\"text\":\"y\"}]}");
    assertThat(result)
        .contains("\"status\":\"ok\"")
        .contains("{\"accepted\":true,\"rejected_at_byte\":null}")
        .contains("{\"accepted\":false,\"rejected_at_byte\":1}");
    assertThat(check.figures().passed).isEqualTo(1);
    assertThat(check.figures().summary()).contains("valid rejected 0, invalid accepted 0");
  }

  @Test
  void aBadLineIsAnErrorOfItsOwn() {
    assertThat(check.check("{\"id\":")).contains("\"status\":\"error\"");
    assertThat(check.check("{\"id\":1}")).contains("needs one of the keys");
    assertThat(check.check("{\"id\":2,\"regex\":\"(a)\\\\1\",\"instances\":[]}"))
        .contains("\"status\":\"unsupported\"");
    assertThat(check.check("{\"id\":3,\"regex\":\"a\",\"instances\":[{\"text\":\"a\"}]}"))
        .contains("\"status\":\"ok\"");
    assertThat(check.figures().errors).isEqualTo(2);
  }

  private static int[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = bytes[i] & 0xff;
    }
    return tokens;
  }
}
