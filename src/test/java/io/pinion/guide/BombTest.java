package io.pinion.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.json.JsonOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guides made to take all time or memory: refused, or good for a mask and a closing. */
class BombTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());
  private static final int MANY = 100_000;

  static Stream<String> schemas() {
    return schemaBombs().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schemasAreRefusedOrWork(String name) {
    String schema = schemaBombs().get(name);
    for (boolean anyOrder : new boolean[] {false, true}) {
      use(name, () -> COMPILER.jsonSchema(schema, new JsonOptions(anyOrder, 0)));
    }
  }

  static Stream<String> patterns() {
    return patternBombs().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void patternsAreRefusedOrWork(String name) {
    use(name, () -> COMPILER.regex(patternBombs().get(name)));
  }

  static Stream<String> grammars() {
    return grammarBombs().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("grammars")
  void grammarsAreRefusedOrWork(String name) {
    use(name, () -> COMPILER.grammar(grammarBombs().get(name)));
  }

  private static void use(String name, java.util.function.Supplier<Guide> compiler) {
    Hostile hostile = new Hostile(5);
    hostile.use(name, compiler);
    assertThat(hostile.faults).isEmpty();
  }

  private static Map<String, String> schemaBombs() {
    Map<String, String> bombs = new LinkedHashMap<>();
    for (String number : new String[] {"1e999999999", "-1e999999999", "1e-999999999", "1e400"}) {
      for (String keyword :
          new String[] {
            "multipleOf", "minimum", "maximum", "exclusiveMinimum", "const", "minLength", "minItems"
          }) {
        bombs.put(keyword + " " + number, "{\"%s\": %s}".formatted(keyword, number));
      }
      bombs.put("enum " + number, "{\"enum\": [1, %s, \"a\"]}".formatted(number));
      bombs.put("not const " + number, "{\"not\": {\"const\": %s}}".formatted(number));
      bombs.put("both " + number, "{\"minimum\": %s, \"multipleOf\": 7}".formatted(number));
    }
    bombs.put("an exponent beyond int", "{\"minimum\": 1e99999999999}");
    bombs.put("a number of many digits", "{\"minimum\": " + "9".repeat(900) + "}");
    bombs.put("a number of endless digits", "{\"minimum\": " + "9".repeat(MANY) + "}");
    bombs.put("deep allOf", "{\"allOf\":[".repeat(900 / 2) + "{}" + "]}".repeat(900 / 2));
    bombs.put("deep items", "{\"items\":".repeat(990) + "{}" + "}".repeat(990));
    bombs.put("deep not", "{\"not\":".repeat(990) + "{}" + "}".repeat(990));
    bombs.put("too deep", "{\"items\":".repeat(MANY) + "{}" + "}".repeat(MANY));
    bombs.put("deep const", "{\"const\":" + "[".repeat(900) + "]".repeat(900) + "}");
    bombs.put("a reference to itself", "{\"$ref\": \"#\"}");
    bombs.put(
        "references round and round",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
            + "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},{\"not\":{\"$ref\":\"#/$defs/b\"}}]}}}");
    bombs.put("denies itself", "{\"not\": {\"$ref\": \"#\"}}");
    bombs.put("names of itself", "{\"propertyNames\": {\"$ref\": \"#\"}}");
    bombs.put("long references", chain(5000));
    bombs.put("huge enum", "{\"enum\": " + texts(200_000) + "}");
    bombs.put("enum of numbers", "{\"enum\": " + numbers(MANY) + "}");
    bombs.put("enum of objects", "{\"enum\": [" + repeated("{\"k#\":#}", 20_000) + "]}");
    bombs.put("huge required", "{\"required\": " + texts(20_000) + "}");
    bombs.put(
        "many properties",
        "{\"type\":\"object\",\"properties\": {" + repeated("\"k#\":{}", 20_000) + "}}");
    bombs.put(
        "many required properties",
        "{\"properties\": {%s}, \"required\": %s}"
            .formatted(repeated("\"t#\":{\"type\":\"null\"}", 5000), texts(5000)));
    bombs.put("ten megabytes", "{\"description\": \"" + "x".repeat(10 << 20) + "\"}");
    bombs.put(
        "ten megabytes of schemas",
        "{\"properties\": {"
            + repeated("\"k#\":{\"type\":\"string\",\"minLength\":#}", 250_000)
            + "}}");
    bombs.put(
        "exponential choices",
        "{\"allOf\": [" + repeated("{\"anyOf\":[{\"minLength\":#},{\"maxLength\":#}]}", 40) + "]}");
    bombs.put("oneOf of many", "{\"oneOf\": [" + repeated("{\"required\":[\"k#\"]}", 300) + "]}");
    bombs.put("oneOf of numbers", "{\"oneOf\": [" + repeated("{\"minimum\":#}", 400) + "]}");
    bombs.put(
        "overlapping key patterns",
        "{\"patternProperties\": {"
            + repeated("\"[a-z]{#}.*x.*[0-9]{#}\":{\"minimum\":#}", 30)
            + "}}");
    bombs.put(
        "catastrophic patterns",
        "{\"allOf\": [" + repeated("{\"pattern\":\"(a|b)*a(a|b){#}$\"}", 25) + "]}");
    bombs.put("lengths beyond all", "{\"type\":\"string\",\"minLength\":1000000000}");
    bombs.put("items beyond all", "{\"type\":\"array\",\"minItems\":1000000000}");
    bombs.put("members beyond all", "{\"type\":\"object\",\"minProperties\":1000000000}");
    bombs.put(
        "contains beyond all", "{\"type\":\"array\",\"contains\":{},\"minContains\":1000000000}");
    bombs.put(
        "nested arrays that must be long",
        "{\"type\":\"array\",\"minItems\":50,\"items\":".repeat(8)
            + "{\"type\":\"null\"}"
            + "}".repeat(8));
    bombs.put(
        "dependencies of all on all",
        "{\"dependentRequired\": {" + repeated("\"k#\":[\"a#\",\"b#\"]", 40) + "}}");
    bombs.put("all require all", requiringAll(20));
    bombs.put("mixed up types", "{\"type\": {\"type\": 3}, \"properties\": [], \"items\": 4}");
    bombs.put("references as numbers", "{\"$ref\": 4, \"required\": \"a\", \"enum\": {}}");
    return bombs;
  }

  private static Map<String, String> patternBombs() {
    Map<String, String> bombs = new LinkedHashMap<>();
    bombs.put("nested stars", "((a*)*)*b");
    bombs.put("a million", "a{1,1000000}");
    bombs.put("a million times a million", "(a{1,1000000}b){1,1000000}");
    bombs.put("nested counts", "((((a{1,999}){1,999}){1,999}){1,999}){1,999}");
    bombs.put("counts of counts", "(?:(?:[a-c]{2,900}x?){3,900}y?){4,900}");
    bombs.put("a late choice", "(?:a|b)*a(?:a|b){200}");
    bombs.put("ambiguous", "(?:a|a|ab|b|ba)*c".repeat(20));
    bombs.put("deep groups", "(".repeat(MANY) + "a" + ")".repeat(MANY));
    bombs.put("moderately deep groups", "(a".repeat(2000) + ")*".repeat(2000));
    bombs.put("deep lookaheads", "(?=".repeat(5000) + "a" + ")".repeat(5000));
    bombs.put("many lookaheads", "(?=.*a)(?=.*b)(?=.*c)(?=.*d)(?!.*e)(?=.{5,90})".repeat(8) + ".*");
    bombs.put("a million alternatives", repeated("t#x", 1_000_000).replace(',', '|'));
    bombs.put("a long text", "ab".repeat(1_000_000));
    bombs.put("many classes", "[\\p{L}\\p{N}_-]".repeat(3000));
    bombs.put("large classes counted", "(?i)[\\p{L}é-中]{1,5000}[^\\p{Lu}]{2,9000}");
    bombs.put("denied counts", "(?!.{0,1000000}x)(?!(?:.{3}){0,99999}y).*z");
    bombs.put("a huge class", "[" + "a-zé中".repeat(MANY) + "]");
    bombs.put("a class of many ranges", "[" + spaced(50_000) + "]+");
    bombs.put("a class of many ranges, any case", "(?i)[" + spaced(50_000) + "]+");
    bombs.put("loops with lookahead", "(?:(?!ab|cd|.e)(?:(?!x.y).)z?)*".repeat(8) + "q");
    bombs.put("word boundaries", "(?:\\b\\w+\\b\\W*)*\\bend".repeat(4));
    bombs.put("optional tail", "a?".repeat(3000) + "a{3000}");
    return bombs;
  }

  private static Map<String, String> grammarBombs() {
    Map<String, String> bombs = new LinkedHashMap<>();
    bombs.put("left recursion", "start: start start | start \"a\" | \"a\" |");
    bombs.put("hidden left recursion", "start: e start \"a\" | \"b\"\ne: e e |");
    bombs.put("ambiguous", "start: start start start | \"a\" | \"aa\" | start start");
    bombs.put("deep groups", "start: " + "(".repeat(MANY) + "\"a\"" + ")".repeat(MANY));
    bombs.put("moderately deep", "start: " + "[".repeat(3000) + "\"a\"" + "]".repeat(3000));
    bombs.put("counts", "start: (\"a\"~1..1000000)~1..1000000");
    bombs.put("nested counts", "start: (((\"a\"~99..999 \"b\")~99..999 \"c\")~99..999)~99..999");
    bombs.put("optionals", "start: " + "a? ".repeat(2000) + "\"b\"\na: \"a\"?");
    bombs.put("alternatives", "start: " + repeated("\"t#\"", 200_000).replace(',', '|'));
    bombs.put("rules", "start: r0\n" + ruleChain(50_000));
    bombs.put("a long way to an end", "start: r0\n" + doubling(60));
    bombs.put("terminals", "start: T0\n" + terminalChain(5000));
    bombs.put("doubled terminals", "start: T0\n" + doubledTerminals(60, "\"a\""));
    bombs.put("doubled lookahead", "start: T0\n" + doubledTerminals(60, "/a(?=a)|b/"));
    bombs.put("cyclic terminals", "start: A\nA: B \"x\"\nB: A | \"y\"");
    bombs.put("gbnf depth", "root ::= " + "(".repeat(MANY) + "\"a\"" + ")".repeat(MANY));
    bombs.put("gbnf counts", "root ::= (\"a\" | [b-z]{2,1000000}){3,1000000}");
    bombs.put("ignored everything", "start: /.*/ /.*/ /.*/\n%ignore /.*/\n%ignore /(.|\\n)+/");
    bombs.put("empty everything", "start: (((\"\"*)*)+)* a\na: a a a |");
    return bombs;
  }

  /** Objects each of which must have all the others in it, so that none ends. */
  private static String requiringAll(int count) {
    String properties = repeated("\"k#\":{\"$ref\":\"!/$defs/d#\"}", count).replace('!', '#');
    String required = repeated("\"k#\"", count);
    StringJoiner definitions = new StringJoiner(",", "{\"$ref\":\"#/$defs/d1\",\"$defs\":{", "}}");
    for (int i = 1; i <= count; i++) {
      definitions.add(
          "\"d%d\":{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}"
              .formatted(i, properties, required));
    }
    return definitions.toString();
  }

  /** Characters with gaps between them. */
  private static String spaced(int count) {
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < count; i++) {
      made.appendCodePoint(0x10000 + 2 * i);
    }
    return made.toString();
  }

  private static String doubledTerminals(int length, String last) {
    StringBuilder terminals = new StringBuilder();
    for (int i = 0; i < length; i++) {
      terminals.append("T%d: T%d T%d\n".formatted(i, i + 1, i + 1));
    }
    return terminals.append("T" + length + ": " + last + "\n").toString();
  }

  private static String chain(int length) {
    StringJoiner definitions = new StringJoiner(",", "{\"$ref\":\"#/$defs/d0\",\"$defs\":{", "}}");
    for (int i = 0; i < length; i++) {
      definitions.add("\"d%d\":{\"$ref\":\"#/$defs/d%d\"}".formatted(i, i + 1));
    }
    return definitions.add("\"d" + length + "\":{}").toString();
  }

  private static String ruleChain(int length) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < length; i++) {
      rules.append("r%d: r%d | \"x\"\n".formatted(i, i + 1));
    }
    return rules.append("r" + length + ": \"a\"\n").toString();
  }

  /** Rules whose shortest text has two to the power of their number of bytes. */
  private static String doubling(int length) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < length; i++) {
      rules.append("r%d: r%d r%d\n".formatted(i, i + 1, i + 1));
    }
    return rules.append("r" + length + ": \"a\"\n").toString();
  }

  private static String terminalChain(int length) {
    StringBuilder terminals = new StringBuilder();
    for (int i = 0; i < length; i++) {
      terminals.append("T%d: \"a\" T%d\n".formatted(i, i + 1));
    }
    return terminals.append("T" + length + ": \"a\"\n").toString();
  }

  private static String texts(int count) {
    return "[" + repeated("\"t#\"", count) + "]";
  }

  private static String numbers(int count) {
    return "[" + repeated("#.5", count) + "]";
  }

  /** A part for each number, which stands where it has a {@code #}. */
  private static String repeated(String part, int count) {
    StringBuilder made = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      made.append(i > 1 ? "," : "").append(part.replace("#", String.valueOf(i)));
    }
    return made.toString();
  }
}
