package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of these tokenizers would keep the native library busy, or end the process. */
class TokenizerSizesTest {
  private static final String REPLACE =
      "{'type':'Replace','pattern':{'String':'a'},'content':'aa'}";

  private static String json(String key, String value) {
    Map<String, String> parts = new HashMap<>();
    parts.put("added_tokens", "[]");
    parts.put("model", "{'type':'BPE','vocab':{'a':0,'b':1},'merges':[]}");
    parts.put(key, value);
    return parts.entrySet().stream()
        .map(part -> "'" + part.getKey() + "':" + part.getValue())
        .collect(Collectors.joining(",", "{'version':'1.0',", "}"))
        .replace('\'', '"');
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> TokenizerJson.parse(json, "here").close())
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("the tokenizer of here ")
        .hasMessageContaining(message);
  }

  private static String sequence(String list, String part, int times) {
    return "{'type':'Sequence','"
        + list
        + "':["
        + String.join(",", Collections.nCopies(times, part))
        + "]}";
  }

  @Test
  void aVocabularyOfControlTokensIsRefusedBeforeTheLibraryComparesThemAll() {
    int count = TokenizerSizes.MAX_ADDED + 1;
    Map<String, Object> metadata = new HashMap<>(TokenizerFixture.byteLevel().metadata());
    List<String> tokens = IntStream.range(0, count).mapToObj(id -> "t" + id).toList();
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", Collections.nCopies(count, 3));
    refused(
        GgufTokenizer.tokenizerJson(metadata, "a.gguf"),
        "has 32769 added tokens; at most 32768 are possible");
  }

  @Test
  void aNormalizerThatDoublesATextAgainAndAgainIsRefused() {
    refused(
        json("normalizer", sequence("normalizers", REPLACE, 7)),
        "makes a text more than 64 times longer");
    try (Tokenizer tokenizer =
        TokenizerJson.parse(json("normalizer", sequence("normalizers", REPLACE, 6)), "here")) {
      assertThat(tokenizer.encode("aba", false)).hasSize(2 * 64 + 1);
    }
  }

  @Test
  void manyStepsAreRefused() {
    refused(
        json("pre_tokenizer", sequence("pretokenizers", "{'type':'Whitespace'}", 100)),
        "steps in a row");
    String deep = "{'type':'NFC'}";
    for (int i = 0; i < 20; i++) {
      deep = "{'type':'Sequence','normalizers':[" + deep + "]}";
    }
    refused(json("normalizer", deep), "steps inside one another");
  }

  @Test
  void aTemplateOfManyTokensIsRefused() {
    String bos = "{'SpecialToken':{'id':'a','type_id':0}}";
    String one = "{'id':'a','ids':[0],'tokens':['a']}";
    refused(json("post_processor", template(bos, 100, one)), "pieces in a template");
    String many = "{'id':'a','ids':[" + "0,".repeat(99) + "0],'tokens':[]}";
    refused(json("post_processor", template(bos, 1, many)), "ids of a special token");
  }

  private static String template(String piece, int times, String described) {
    return "{'type':'TemplateProcessing','single':["
        + String.join(",", Collections.nCopies(times, piece))
        + "],'pair':[],'special_tokens':{'a':"
        + described
        + "}}";
  }

  @Test
  void tokensAtRandomAreRefused() {
    refused(
        json("model", "{'type':'BPE','dropout':0.5,'vocab':{'a':0},'merges':[]}"),
        "has model.dropout 0.5, with which equal texts get different tokens");
  }

  @Test
  void millionsOfValuesAreRefusedBeforeTheyAreObjects() {
    refused(json("ignored", "[" + "[],".repeat(5_000_000) + "[]]"), "values; at most 8388608");
  }

  @Test
  void anEndlessTextIsRefused() {
    try (Tokenizer tokenizer = TokenizerFixture.byteLevel().tokenizer()) {
      String text = " ".repeat(TokenizerJson.MAX_CHARACTERS + 1);
      assertThatThrownBy(() -> tokenizer.encode(text, false))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("cannot encode a text of 4194305 characters; at most 4194304");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(a+)+$; exponential",
        "(a|aa)+b; exponential",
        "(?:a?a?)*b; exponential",
        "(?>x(a*)*)y; exponential",
        "((a{1,5}){1,9}){20}; exponential",
        "[ab]{1,9}{1,99}; exponential",
        "a*a*b; several repetitions",
        "\\s*\\s*\\s*$; several repetitions",
        "\\w+\\d+(?!x); several repetitions",
        "(?=a*a*b)c; several repetitions",
        "a{2000}; more than 1000 times",
        "(a)\\g<1>; calls or repeats",
        "(?~ab)+; group of an unusual kind",
        "(?x)a; group of an unusual kind",
      })
  void expressionsThatTakeTooLongAreRefused(String regex, String why) {
    String split =
        "{'type':'Split','pattern':{'Regex':'"
            + regex.replace("\\", "\\\\")
            + "'},'behavior':'Isolated','invert':false}";
    refused(json("pre_tokenizer", sequence("pretokenizers", split, 1)), why);
    refused(
        json(
            "normalizer",
            "{'type':'Replace','content':'','pattern':{'Regex':'"
                + regex.replace("\\", "\\\\")
                + "'}}"),
        why);
  }

  /** Of GPT-2, GPT-4, GPT-4o, Llama 3, Qwen, DeepSeek, BLOOM, Falcon, Tekken and StarCoder. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        " ?[^(\\s|[.,!?\u2026\u3002\uff0c])]+",
        "[0-9][0-9][0-9]",
        "[\\p{Han}]+|\\p{N}{1,3}|[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        " {2,}",
        "\\s{2,}|[\\n\\r\\x{000B}\\f]",
      })
  void expressionsOfKnownTokenizersPass(String regex) {
    assertThat(RegexCheck.problem(regex)).isNull();
  }
}
