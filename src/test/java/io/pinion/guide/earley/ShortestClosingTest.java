package io.pinion.guide.earley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.JsonOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ShortestClosingTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());
  private static final String TICKET =
      """
      {"type": "object", "required": ["tags", "kind", "note"], "additionalProperties": false,
       "properties": {"extra": {"type": "string"}, "kind": {"enum": ["incident", "bug"]},
         "note": {"type": ["string", "null"], "minLength": 3},
         "tags": {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 10}}}}
      """;

  @Test
  void anObjectEndsWithWhatItStillNeeds() {
    assertThat(closed(TICKET, "{\"tags\":[5")).isEqualTo("0,10],\"kind\":\"bug\",\"note\":null}");
    assertThat(closed(TICKET, "{\"note\":\"a"))
        .endsWith("}")
        .hasSize("  \",\"kind\":\"bug\",\"tags\":[10,10]}".length());
    assertThat(closed(TICKET, "{\"kind\":\"inc")).startsWith("ident\",");
  }

  @Test
  void aTextThatMayEndNeedsNothing() {
    assertThat(closed("{\"type\": \"integer\"}", "12")).isEmpty();
  }

  @Test
  void everyBeginningCanBeClosed() {
    Guide guide = COMPILER.jsonSchema(TICKET, new JsonOptions(true, 0));
    String text = "{\"extra\":\"x\\n\",\"tags\":[12,345,6789],\"note\":\"long\",\"kind\":\"bug\"}";
    for (int length = 0; length <= text.length(); length++) {
      GuideState state = guide.start();
      state.acceptBytes(text.substring(0, length).getBytes(StandardCharsets.UTF_8));
      byte[] rest = state.closing();
      assertThat(state.closesWithin(rest.length)).isTrue();
      assertThat(state.isAccepting() || state.closesWithin(rest.length - 1))
          .isEqualTo(rest.length == 0);
      assertThat(state.acceptBytes(rest)).isEqualTo(rest.length);
      assertThat(state.isAccepting()).isTrue();
    }
  }

  @Test
  void aGrammarEndsByItsShortestRules() {
    Guide guide =
        COMPILER.grammar(
            """
            start: "(" (start | WORD) ")" | "[" start "," start "]"
            WORD: /[a-z]{4,}/ | /x/
            %ignore " "
            """);
    GuideState state = guide.start();
    state.acceptBytes("[ ((abc".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(state.closing(), StandardCharsets.UTF_8)).isEqualTo("a)),(x)]");
  }

  @Test
  void anEndFarBelowIsWrittenOrRefused() {
    GuideState state = COMPILER.jsonSchema("{}", JsonOptions.DEFAULT).start();
    state.acceptBytes("[".repeat(200_000).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(state::closing).isInstanceOf(GuideLimitException.class);
  }

  private static String closed(String schema, String text) {
    GuideState state = COMPILER.jsonSchema(schema, new JsonOptions(true, 0)).start();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(state.acceptBytes(bytes)).isEqualTo(bytes.length);
    return new String(state.closing(), StandardCharsets.UTF_8);
  }
}
