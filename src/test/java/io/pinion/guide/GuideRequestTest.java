package io.pinion.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.GuideRequest.Kind;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuideRequestTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  private static GuideRequest request(String json) {
    return GuideRequest.parse(json.replace('\'', '"'), JsonOptions.DEFAULT);
  }

  @Test
  void aKeyWhoseValueIsNullIsMissing() {
    GuideRequest choice = request("{'regex': null, 'choice': ['a', 'b'], 'type': null}");
    assertThat(choice.kind()).isEqualTo(Kind.CHOICE);
    assertThat(choice.choices()).isEqualTo(List.of("a", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {'regex': 'a', 'choice': ['b']}   ~ exactly one of its keys; this one has choice and regex
          {'regex': 'a', 'regex': 'b'}      ~ Duplicate field 'regex'
          {'regex': null}                   ~ needs one of the keys
          {'regexp': 'a'}                   ~ needs one of the keys
          []                                ~ needs one of the keys
          'a'                               ~ needs one of the keys
          a                                 ~ must be a JSON object
          {'regex': 5}                      ~ regex must be a string, is 5
          {'grammar': ['a']}                ~ grammar must be a string, is ["a"]
          {'choice': 'abc'}                 ~ choice must be a list of one or more strings, is "abc"
          {'choice': {'a': 'b'}}            ~ choice must be a list of one or more strings, is {"a"
          {'choice': []}                    ~ choice must be a list of one or more strings, is []
          {'choice': ['a', null]}           ~ choice must be a list of strings, has null
          {'choice': ['a', 1]}              ~ choice must be a list of strings, has 1
          {'json_object': false}            ~ json_object must be true or missing, is false
          {'json_object': 'yes'}            ~ json_object must be true or missing, is "yes"
          """)
  void whatIsNoGuideIsRefusedWithItsKey(String json, String message) {
    assertThatThrownBy(() -> request(json))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aChoiceWithHalfACharacterIsRefused() {
    assertThatThrownBy(() -> COMPILER.compile(request("{'choice': ['ok', 'x\\ud800']}")))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("lone surrogate");
  }
}
