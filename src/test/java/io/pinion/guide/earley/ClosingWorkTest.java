package io.pinion.guide.earley;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.json.JsonOptions;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How to close a text is asked at every token, so it must take little work in any schema. */
class ClosingWorkTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneOfManyOptionalPropertiesIsClosedWithoutAStateForEach(boolean anyOrder) {
    String schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
            + repeated("\"key_#\":{\"type\":\"integer\"}", 3000)
            + "}}";
    Guide guide = COMPILER.jsonSchema(schema, new JsonOptions(anyOrder, 0));
    GuideState state = after(guide, "{\"key_1\":5,\"key_2");
    state.mask(new long[GuideCases.tokens().words()]);
    long before = guide.lexer().pool().bytes();
    assertThat(state.closing()).asString(StandardCharsets.UTF_8).isEqualTo("\":0}");
    assertThat(guide.lexer().pool().bytes() - before).isLessThan(1 << 20);
    assertThat(guide.lexer().pool().steps()).isLessThan(20_000);
    GuideState between = after(guide, "{\"key_3\":5");
    assertThat(between.closesWithin(1)).isTrue();
    assertThat(guide.lexer().pool().steps()).isLessThan(4_000);
    assertThat(state.closesWithin(4)).isTrue();
    assertThat(guide.lexer().pool().steps()).isLessThan(2_000);
  }

  @Test
  void aHundredLevelsCostTwiceWhatFiftyDo() {
    assertThat(depth(100)).isLessThan(3 * depth(50));
  }

  private static long depth(int levels) {
    String schema =
        "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":".repeat(levels)
            + "{}"
            + "}}".repeat(levels);
    Guide guide = COMPILER.jsonSchema(schema, JsonOptions.DEFAULT);
    GuideState state = after(guide, "{\"a\":".repeat(levels));
    assertThat(state.closing()).asString(StandardCharsets.UTF_8).endsWith("}".repeat(levels));
    return guide.lexer().pool().steps();
  }

  @Test
  void alternativesAreNotEachComparedWithEach() {
    String schema = "{\"enum\":[" + repeated("{\"k#\":#}", 2000) + "]}";
    Guide guide = COMPILER.jsonSchema(schema, JsonOptions.DEFAULT);
    assertThat(guide.start().closing()).asString(StandardCharsets.UTF_8).isEqualTo("{\"k0\":0}");
    assertThat(guide.lexer().pool().steps()).isLessThan(200_000);
  }

  @Test
  void anAnswerDoesNotDependOnWhatTheGuideWasUsedForBefore() {
    String schema =
        "{\"anyOf\":["
            + "{\"type\":\"object\",\"required\":[\"b\"],\"properties\":{\"b\":{\"const\":1}}},"
            + "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"const\":2}}}],"
            + "\"additionalProperties\":false,\"properties\":{\"a\":{},\"b\":{}}}";
    Guide fresh = COMPILER.jsonSchema(schema, new JsonOptions(true, 0));
    Guide used = COMPILER.jsonSchema(schema, new JsonOptions(true, 0));
    after(used, "{\"b\":1,\"a").closing();
    assertThat(used.start().closing()).isEqualTo(fresh.start().closing());
  }

  private static GuideState after(Guide guide, String text) {
    GuideState state = guide.start();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(state.acceptBytes(bytes)).isEqualTo(bytes.length);
    return state;
  }

  private static String repeated(String part, int times) {
    return IntStream.range(0, times)
        .mapToObj(i -> part.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(","));
  }
}
