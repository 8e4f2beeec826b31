package io.pinion.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Seeded fuzzing with mutations of known guides: each is refused or works. A longer run: {@code mvn
 * test -Dtest=GuideFuzzTest -Dfuzz.seconds=600 -Dfuzz.seed=7}.
 */
class GuideFuzzTest {
  private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
  private static final int ROUNDS = 2000;
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  private final Random random = new Random(SEED);
  private final long end = System.nanoTime() + SECONDS * 1_000_000_000;
  private int rounds;
  private final Hostile hostile = new Hostile(SEED);

  @AfterEach
  void nothingButRefusals() {
    System.out.println("fuzz: " + hostile.figures());
    assertThat(hostile.faults.stream().map(Hostile::shortened).limit(20)).isEmpty();
  }

  @Test
  void schemas() throws IOException {
    List<String> known = new ArrayList<>();
    try (Stream<Path> files = Files.walk(GuideData.file("json-schema-test-suite/tests"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        JSON.readTree(file.toFile()).forEach(group -> known.add(group.get("schema").toString()));
      }
    }
    fuzz(known, schema -> COMPILER.jsonSchema(schema, new JsonOptions(random.nextBoolean(), 0)));
  }

  @Test
  void regularExpressions() {
    fuzz(known("regex_cases.jsonl", "regex"), COMPILER::regex);
  }

  @Test
  void grammars() {
    List<String> known = new ArrayList<>(known("grammar_cases.jsonl", "grammar"));
    known.add(
        "root ::= \"[\" (value (\",\" value)*)? \"]\"\nvalue ::= root | [0-9]{1,3} | [^\"\\\\]*");
    known.add("root ::= \"a\" | item+ # x\nitem ::= [a-z] ( \"b\" | \"\\x41\" )? \"c\"{2,}");
    fuzz(known, COMPILER::grammar);
  }

  @Test
  void vocabularies() {
    while (more()) {
      byte[][] tokens = new byte[random.nextInt(400)][];
      BitSet special = new BitSet();
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = new byte[random.nextInt(200) == 0 ? random.nextInt(70_000) : random.nextInt(5)];
        for (int j = 0; j < tokens[i].length; j++) {
          tokens[i][j] = (byte) (random.nextBoolean() ? 'a' + random.nextInt(3) : random.nextInt());
        }
        special.set(i, random.nextInt(20) == 0);
      }
      TokenVocabulary vocabulary = TokenVocabulary.of(new Vocabulary(tokens, special));
      hostile.use("a vocabulary", () -> masked(new GuideCompiler(vocabulary).regex("[abc]+|\"é*")));
    }
  }

  /** Whether another round follows: a number of them, or those of a time for a long run. */
  private boolean more() {
    return SECONDS == 0 ? rounds++ < ROUNDS : System.nanoTime() < end;
  }

  /** A guide whose first mask is what its tokens say one by one. */
  private static Guide masked(Guide guide) {
    long[] mask = new long[guide.trie().words()];
    guide.start().mask(mask);
    Vocabulary vocabulary = guide.trie().vocabulary();
    for (int token = 0; token < vocabulary.size(); token++) {
      boolean allowed = (mask[token >> 6] >>> token & 1) != 0;
      if (allowed != guide.start().accept(token)) {
        throw new IllegalStateException("token of " + vocabulary.bytes(token).length + " bytes");
      }
    }
    throw new GuideException("done: the walk is for another vocabulary");
  }

  private void fuzz(List<String> known, Function<String, Guide> compiler) {
    while (more()) {
      String one = known.get(random.nextInt(known.size()));
      String text = hostile.mutated(one, known.get(random.nextInt(known.size())));
      hostile.use(text, () -> compiler.apply(text));
    }
  }

  private static List<String> known(String file, String key) {
    List<String> known = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(GuideData.file(file))) {
        JsonNode root = JSON.readTree(line);
        known.add(root.get(key).asText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return known;
  }
}
