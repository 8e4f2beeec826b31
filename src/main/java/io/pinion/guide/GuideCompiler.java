package io.pinion.guide;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.earley.LexemeNetwork;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.grammar.GbnfReader;
import io.pinion.guide.grammar.Grammar;
import io.pinion.guide.grammar.GrammarCompiler;
import io.pinion.guide.grammar.LarkReader;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.JsonSchemaCompiler;
import io.pinion.guide.json.type.ValueShape;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.pattern.Dialect;
import io.pinion.guide.pattern.PatternCompiler;
import io.pinion.guide.regex.LiteralTrie;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.CodePoints;
import io.pinion.guide.trie.TokenVocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Compiles guides for one vocabulary, without a cache; see {@link Guides} for one. Immutable; any
 * thread may use it.
 */
public final class GuideCompiler {
  static final long FUEL = 4_000_000;
  static final int MAX_LEXER_STATES = 50_000;

  private final TokenVocabulary vocabulary;

  public GuideCompiler(TokenVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The guide of a regular expression that the whole text must match, read as Java, Python and
   * ECMAScript read it; what they read differently is refused.
   *
   * @throws GuideException when the pattern is invalid, not supported, or matches nothing
   */
  public Guide regex(String pattern) {
    return regex(pattern, Dialect.COMMON);
  }

  /**
   * The guide of a request.
   *
   * @throws GuideException when the request is invalid, not supported or exceeds a limit
   */
  public Guide compile(GuideRequest request) {
    return switch (request.kind()) {
      case CHOICE -> choice(request.choices());
      case REGEX -> regex(request.text());
      case GRAMMAR -> grammar(request.text());
      case TYPE -> type(request.text());
      case JSON_SCHEMA -> jsonSchema(request.text(), request.options());
      case JSON_OBJECT -> jsonSchema("{\"type\": \"object\"}", request.options());
    };
  }

  /** The guide of a type of simple values. */
  private Guide type(String name) {
    return regex(ValueType.of(name).pattern, Dialect.ECMASCRIPT);
  }

  private Guide regex(String pattern, Dialect dialect) {
    Lexer lexer = lexer();
    Regex regex = new PatternCompiler(new Utf8Encoding(lexer.pool()), dialect).full(pattern);
    return lexeme(lexer, regex, "the pattern");
  }

  /**
   * The guide of a choice among texts.
   *
   * @throws GuideException when the list is empty, or a text has half of a surrogate pair
   */
  public Guide choice(List<String> choices) {
    Lexer lexer = lexer();
    choices.stream()
        .filter(CodePoints::hasLoneSurrogate)
        .findFirst()
        .ifPresent(GuideCompiler::refuse);
    List<byte[]> texts = choices.stream().map(c -> c.getBytes(StandardCharsets.UTF_8)).toList();
    return lexeme(lexer, LiteralTrie.of(lexer.pool(), texts), "the choice");
  }

  /**
   * The guide of a grammar in Lark's notation, or in GBNF when it defines its rules with {@code
   * ::=}.
   *
   * @throws GuideException when the grammar is invalid, not supported, or allows no text
   */
  public Guide grammar(String text) {
    boolean gbnf = text.lines().anyMatch(line -> line.matches("\\s*[\\w-]+\\s*::=.*"));
    Lexer lexer = lexer();
    Grammar grammar = gbnf ? GbnfReader.read(text) : LarkReader.read(text);
    return new Guide(vocabulary, GrammarCompiler.compile(grammar, lexer), lexer);
  }

  /**
   * The guide of the JSON texts that satisfy a JSON Schema.
   *
   * @throws UnsupportedGuideException for a keyword that cannot be followed exactly, by name and
   *     JSON pointer
   * @throws GuideException when the schema is invalid, or no value satisfies it
   */
  public Guide jsonSchema(String schema, JsonOptions options) {
    return jsonSchema(JsonSchemaCompiler.parse(schema), options);
  }

  public Guide jsonSchema(JsonNode schema, JsonOptions options) {
    Lexer lexer = lexer();
    return new Guide(vocabulary, JsonSchemaCompiler.compile(schema, lexer, options), lexer);
  }

  /**
   * What the values have in common that the guide of a JSON Schema lets through.
   *
   * @throws GuideException as {@link #jsonSchema(String, JsonOptions)} does
   */
  public static ValueShape shape(String schema) {
    try {
      return JsonSchemaCompiler.shape(JsonSchemaCompiler.parse(schema), new RegexPool(FUEL));
    } catch (StackOverflowError e) {
      throw new GuideLimitException("the JSON Schema is nested too deeply");
    }
  }

  /**
   * What in a JSON Schema says something else than its author may think, with its place: a word
   * that is nearly a keyword, a keyword of OpenAPI.
   *
   * @throws GuideException when it is no schema
   */
  public static List<String> hints(JsonNode schema) {
    return JsonSchemaCompiler.hints(schema);
  }

  private Guide lexeme(Lexer lexer, Regex regex, String what) {
    if (!lexer.pool().alive(regex)) {
      throw new GuideException(what + " allows no text at all");
    }
    return new Guide(vocabulary, new LexemeNetwork(lexer, regex), lexer);
  }

  private static void refuse(String choice) {
    throw new GuideException(
        "the choice has a lone surrogate, half of a character, in \"" + choice + "\"");
  }

  private static Lexer lexer() {
    return new Lexer(new RegexPool(FUEL), MAX_LEXER_STATES);
  }
}
