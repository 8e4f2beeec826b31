package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerJsonTest {
  private static final String BYTE_LEVEL =
      "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':true}";

  /** A tokenizer whose model, decoder and added tokens are as given; ' stands for ". */
  private static String json(String model, String decoder, String... addedTokens) {
    return ("{'version':'1.0','truncation':null,'padding':null,'normalizer':null,"
            + "'pre_tokenizer':null,'post_processor':null,'decoder':"
            + decoder
            + ",'model':"
            + model
            + ",'added_tokens':["
            + String.join(",", addedTokens)
            + "]}")
        .replace('\'', '"');
  }

  private static String bpe(String vocabulary) {
    return "{'type':'BPE','vocab':{" + vocabulary + "},'merges':[]}";
  }

  private static String added(int id, String content, boolean special) {
    return "{'id':%d,'content':'%s','special':%s,'single_word':false,'lstrip':false,'rstrip':false,'normalized':false}"
        .formatted(id, content, special);
  }

  private static Vocabulary vocabulary(String json) {
    try (Tokenizer tokenizer = TokenizerJson.parse(json, "here")) {
      return tokenizer.vocabulary();
    }
  }

  private static String text(Vocabulary vocabulary, int id) {
    return new String(vocabulary.bytes(id), StandardCharsets.UTF_8);
  }

  private static AbstractThrowableAssert<?, ?> refused(String json) {
    return assertThatThrownBy(() -> vocabulary(json)).isInstanceOf(TokenizerException.class);
  }

  @Test
  void aByteLevelPieceIsSpelledInTheByteAlphabetAndAnAddedTokenIsNot() {
    Vocabulary vocabulary =
        vocabulary(
            json(
                bpe("'\u0120caf\u00c3\u00a9':0,'\u00e6':1,'\u2581':2,'<0x41>':3"),
                BYTE_LEVEL,
                added(4, "\u0120\u00e9 \uff5c", false)));
    assertThat(text(vocabulary, 0)).isEqualTo(" caf\u00e9");
    assertThat(vocabulary.bytes(1)).containsExactly(0xe6);
    assertThat(text(vocabulary, 2)).isEqualTo("\u2581");
    assertThat(text(vocabulary, 3)).isEqualTo("<0x41>");
    assertThat(text(vocabulary, 4)).isEqualTo("\u0120\u00e9 \uff5c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{'type':'Sequence','decoders':[{'type':'Replace','pattern':{'String':'\u2581'},'content':' '},"
            + "{'type':'ByteFallback'},{'type':'Fuse'},{'type':'Strip','content':' ','start':1,'stop':0}]}",
        "{'type':'Sequence','decoders':[{'type':'ByteFallback'},"
            + "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'always','split':true}]}"
      })
  void aSentencePiecePieceHasSpacesAndBytes(String decoder) {
    Vocabulary vocabulary =
        vocabulary(
            json(
                bpe("'\u2581a\u2581':0,'<0xE6>':1,'<0x0a>':2,'<0x0>':3,'x<0x41>':4"),
                decoder,
                added(5, "<0x42>\u2581", false)));
    assertThat(text(vocabulary, 0)).isEqualTo(" a ");
    assertThat(vocabulary.bytes(1)).containsExactly(0xe6);
    assertThat(vocabulary.bytes(2)).containsExactly(0x0a);
    assertThat(text(vocabulary, 3)).isEqualTo("<0x0>");
    assertThat(text(vocabulary, 4)).isEqualTo("x<0x41>");
    assertThat(text(vocabulary, 5)).isEqualTo("<0x42> ");
  }

  @Test
  void aPieceThatLooksLikeAByteIsTextWhereTheDecoderKnowsNoBytes() {
    String metaspace =
        "{'type':'Metaspace','replacement':'_','prepend_scheme':'always','split':true}";
    Vocabulary vocabulary = vocabulary(json(bpe("'<0x41>':0,'_a':1,'\u2581':2"), metaspace));
    assertThat(text(vocabulary, 0)).isEqualTo("<0x41>");
    assertThat(text(vocabulary, 1)).isEqualTo(" a");
    assertThat(text(vocabulary, 2)).isEqualTo("\u2581");
  }

  @Test
  void aUnigramVocabularyIsAListOfPiecesAndScores() {
    String unigram =
        "{'type':'Unigram','unk_id':0,'vocab':[['<unk>',0.0],['\u2581a',-1.5],['b',-2]]}";
    Vocabulary vocabulary =
        vocabulary(
            json(
                unigram,
                "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'always','split':true}",
                added(0, "<unk>", true)));
    assertThat(vocabulary.size()).isEqualTo(3);
    assertThat(text(vocabulary, 1)).isEqualTo(" a");
    assertThat(text(vocabulary, 2)).isEqualTo("b");
    assertThat(vocabulary.special(0)).isTrue();
  }

  @Test
  void aWordPieceBeginsAWordUnlessMarkedAsItsContinuation() {
    String wordPiece =
        "{'type':'WordPiece','unk_token':'[UNK]','continuing_subword_prefix':'##',"
            + "'max_input_chars_per_word':100,'vocab':{'[UNK]':0,'play':1,'##ing':2}}";
    Vocabulary vocabulary =
        vocabulary(json(wordPiece, "{'type':'WordPiece','prefix':'##','cleanup':true}"));
    assertThat(text(vocabulary, 1)).isEqualTo(" play");
    assertThat(text(vocabulary, 2)).isEqualTo("ing");
  }

  @Test
  void aSuffixThatEndsAWordIsASpace() {
    Vocabulary vocabulary =
        vocabulary(json(bpe("'lo':0,'w</w>':1"), "{'type':'BPEDecoder','suffix':'</w>'}"));
    assertThat(text(vocabulary, 0)).isEqualTo("lo");
    assertThat(text(vocabulary, 1)).isEqualTo("w ");
  }

  @Test
  void addedTokensAreSpecialWhereTheySaySoAndTakeTheirIdOver() {
    Vocabulary vocabulary =
        vocabulary(
            json(bpe("'a':0,'</s>':1"), "null", added(1, "</s>", true), added(7, "<t>", false)));
    assertThat(vocabulary.size()).isEqualTo(8);
    assertThat(vocabulary.special(1)).isTrue();
    assertThat(vocabulary.special(7)).isFalse();
    assertThat(text(vocabulary, 7)).isEqualTo("<t>");
    assertThat(vocabulary.bytes(4)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "nonsense", "{\"model\": {\"vocab\": {\"a\": }}}", "[1, 2"})
  void textThatIsNoJsonIsRefused(String json) {
    refused(json).hasMessageStartingWith("the tokenizer of here is not valid JSON: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "null",
        "[]",
        "3",
        "{}",
        "{\"model\": {\"vocab\": \"a\"}}",
        "{\"model\": []}"
      })
  void aVocabularyThatIsMissingIsRefused(String json) {
    refused(json).hasMessage("the tokenizer of here has no model.vocab");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "4194305",
        "2147483648",
        "4294967297",
        "1e30",
        "1.5",
        "'3'",
        "null",
        "[0]",
        "true"
      })
  void anIdThatIsNoneIsRefused(String id) {
    String shown = id.replace('\'', '"').replace("1e30", "1.0E30");
    refused(json(bpe("'a':" + id), "null"))
        .hasMessage("the tokenizer of here has the impossible token id " + shown);
    refused(json(bpe("'a':0"), "null", "{'id':" + id + ",'content':'b'}"))
        .hasMessage("the tokenizer of here has the impossible token id " + shown);
  }

  @Test
  void aTokenWithoutATextIsRefused() {
    refused(json("{'type':'Unigram','vocab':[['a',0],[3,0]]}", "null"))
        .hasMessage("the tokenizer of here has token 1 without a text");
    refused(json(bpe("'a':0"), "null", "{'id':9,'content':null}"))
        .hasMessage("the tokenizer of here has the added token 9 without a text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type':'CTC'}|CTC",
        "{'type':'Sequence','decoders':[{'type':'Fuse'},{'type':'Odd'}]}|Odd",
        "{'type':'Replace','pattern':{'Regex':'x+'},'content':''}|Replace of {'Regex':'x+'}"
      })
  void aDecoderThatIsNotKnownIsRefusedWithThoseKnown(String decoder, String name) {
    refused(json(bpe("'a':0"), decoder))
        .hasMessage(
            "the tokenizer of here has the decoder "
                + name.replace('\'', '"')
                + "; supported are BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace of a"
                + " string, Sequence, Strip and WordPiece");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'BPE','vocab':{'a':0},'merges':['a b']}",
        "{'type':'BPE','vocab':{'a':0},'merges':3}",
        "{'type':'BPE','vocab':{'a':0},'merges':['a']}",
        "{'type':'Odd','vocab':{'a':0}}",
        "{'vocab':{'a':0}}"
      })
  void aModelThatTheLibraryCannotBuildIsRefused(String model) {
    refused(json(model, "null")).hasMessageStartingWith("the tokenizer of here cannot be built: ");
  }
}
