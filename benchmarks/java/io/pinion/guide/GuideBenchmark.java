package io.pinion.guide;

import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.mask.MaskComputer;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmarks the work of a few fixed guides: the walk of the token trie in a new lexer state, the
 * masks along a text, cached ones included, and the compilation.
 *
 * <pre>{@code
 * mvn -q test-compile org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
 *   -Dmdep.includeScope=test -Dmdep.outputFile=target/test.classpath
 * java -cp target/test-classes:target/classes:$(cat target/test.classpath) org.openjdk.jmh.Main \
 *   GuideBenchmark -p tokenizer=TOKENIZER.json
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class GuideBenchmark {
  /** A guide, and a text it accepts, along which masks are computed. */
  public enum Sample {
    REGEX("[a-zA-Z0-9_-]{162}", "a-_9".repeat(40) + "ab"),
    TICKET(
        "{\"type\": \"object\", \"properties\": {\"title\": {\"type\": \"string\"},"
            + " \"priority\": {\"enum\": [\"low\", \"high\"]},"
            + " \"hours\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 99.5}},"
            + " \"required\": [\"title\", \"priority\"], \"additionalProperties\": false}",
        "{\"title\":\"The printer is on fire\",\"priority\":\"high\",\"hours\":12.5}"),
    LIST(
        "{\"type\": \"array\", \"maxItems\": 40, \"items\": {\"type\": \"string\","
            + " \"pattern\": \"^(\\\\S+\\\\s+){0,9}\\\\S+$\", \"maxLength\": 80}}",
        "[\"one two three four\",\"and then some more words\"]"),
    TREE(
        "{\"$ref\": \"#/$defs/node\", \"$defs\": {\"node\": {\"type\": \"object\","
            + " \"properties\": {\"value\": {\"type\": \"integer\"}, \"next\": {\"type\": \"array\","
            + " \"items\": {\"$ref\": \"#/$defs/node\"}}}, \"required\": [\"value\"]}}}",
        "{\"value\":1,\"next\":[{\"value\":2,\"next\":[]},{\"value\":3}]}");

    private final String source;
    private final byte[] text;

    Sample(String source, String text) {
      this.source = source;
      this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    Guide compile(GuideCompiler compiler) {
      return this == REGEX
          ? compiler.regex(source)
          : compiler.jsonSchema(source, JsonOptions.DEFAULT);
    }
  }

  @Param Sample sample;

  @Param("tokenizer.json")
  String tokenizer;

  private TokenVocabulary vocabulary;
  private GuideCompiler compiler;
  private Guide guide;
  private int[] tokens;
  private long[] mask;

  @Setup
  public void prepare() throws IOException {
    Path path = Path.of(tokenizer);
    try (TokenizerJson read = TokenizerJson.parse(Files.readString(path), tokenizer)) {
      vocabulary = TokenVocabulary.of(read.vocabulary());
    }
    compiler = new GuideCompiler(vocabulary);
    guide = sample.compile(compiler);
    tokens = guide.spell(sample.text);
    mask = new long[vocabulary.words()];
  }

  /** One walk of the trie from the initial state, with its automata already built. */
  @Benchmark
  public long[] trieWalk() {
    EarleySet first = guide.chart().first();
    new MaskComputer(vocabulary, guide.lexer(), guide.chart(), null)
        .mask(first, first.start, null, mask);
    return mask;
  }

  /** All masks along the text, with a guide that has cached them. */
  @Benchmark
  public GuideState masksOfText() {
    return masks(guide);
  }

  /** All masks along the text with a new guide, including its compilation. */
  @Benchmark
  public GuideState masksOfNewGuide() {
    return masks(sample.compile(compiler));
  }

  @Benchmark
  public Guide compile() {
    return sample.compile(compiler);
  }

  private GuideState masks(Guide from) {
    GuideState state = from.start();
    for (int token : tokens) {
      state.mask(mask);
      if (!state.accept(token)) {
        throw new IllegalStateException("the guide does not accept its text");
      }
    }
    return state;
  }
}
