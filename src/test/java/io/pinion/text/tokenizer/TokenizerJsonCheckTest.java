package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of these tokenizers would end the process if it reached the native library. */
class TokenizerJsonCheckTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "{'Sequence':{'id':'A','type_id':0}}";
  private static final String BOS = "{'SpecialToken':{'id':'<s>','type_id':0}}";

  private static String json(String key, String value) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree("{\"version\": \"1.0\", \"added_tokens\": []}");
      root.set("model", JSON.readTree(bpe("").replace('\'', '"')));
      root.set(key, JSON.readTree(value.replace('\'', '"')));
      return root.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value, e);
    }
  }

  private static String bpe(String prefix) {
    return "{'type':'BPE','continuing_subword_prefix':'"
        + prefix
        + "','vocab':{'a':0,'b':1,'ab':2,'##b':3,'<s>':4,'a##b':5},'merges':[['a','##b'],['a','b']]}";
  }

  private static String template(String single, String tokens) {
    return "{'type':'Sequence','processors':[{'type':'TemplateProcessing','single':["
        + single
        + "],'pair':[{'Sequence':{'id':'B','type_id':0}}],'special_tokens':{"
        + tokens
        + "}}]}";
  }

  private static AbstractThrowableAssert<?, ?> refused(String json) {
    return assertThatThrownBy(() -> TokenizerJson.parse(json, "here").close())
        .isInstanceOf(TokenizerException.class);
  }

  private static int[] encode(String json, String text) {
    try (Tokenizer tokenizer = TokenizerJson.parse(json, "here")) {
      return tokenizer.encode(text, true);
    }
  }

  @Test
  void aMergeWithoutTheContinuingPrefixIsRefused() {
    refused(json("model", bpe("##")))
        .hasMessage(
            "the tokenizer of here has the merge [\"a\",\"b\"] without the"
                + " continuing_subword_prefix ##");
    refused(json("model", bpe("##").replace("['a','##b'],['a','b']", "'a ##b','a b'")))
        .hasMessageContaining("has the merge \"a b\" without");
    assertThat(encode(json("model", bpe("##").replace(",['a','b']", "")), "ab")).containsExactly(2);
  }

  @Test
  void aTemplateWithATokenThatIsNotDescribedIsRefused() {
    refused(json("post_processor", template(BOS + "," + TEXT, "")))
        .hasMessage(
            "the tokenizer of here adds the special token <s>, which post_processor does not"
                + " describe");
    String described = "'<s>':{'id':'<s>','ids':[4],'tokens':['<s>']}";
    assertThat(encode(json("post_processor", template(BOS + "," + TEXT, described)), "a"))
        .containsExactly(4, 0);
  }

  @Test
  void aTemplateForOneTextThatNamesASecondIsRefused() {
    refused(json("post_processor", template(TEXT.replace('A', 'B'), "")))
        .hasMessage("the tokenizer of here has text B in the post_processor's template single");
  }

  @Test
  void wordsOfNoLengthAreRefused() {
    String words = "{'type':'Sequence','pretokenizers':[{'type':'FixedLength','length':0}]}";
    refused(json("pre_tokenizer", words))
        .hasMessage("the tokenizer of here has a FixedLength pre_tokenizer of length 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "CAAAAA==", "/////w==", "AAAAAP8=", "no base64"})
  void aCharacterMapThatIsBrokenIsRefused(String map) {
    String precompiled = "{'type':'Precompiled','precompiled_charsmap':'" + map + "'}";
    refused(json("normalizer", "{'type':'Sequence','normalizers':[" + precompiled + "]}"))
        .hasMessage(
            "the tokenizer of here has a Precompiled normalizer whose precompiled_charsmap is"
                + " broken");
  }

  @Test
  void aTextThatNoTokenStandsForIsRefusedWithTheOrigin() {
    String unknown = bpe("").replace("'type'", "'unk_token':'nowhere','type'");
    assertThatThrownBy(() -> encode(json("model", unknown), "xyz"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("the tokenizer of here cannot encode a text: ");
  }
}
