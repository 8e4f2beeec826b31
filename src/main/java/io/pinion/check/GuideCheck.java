package io.pinion.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.schema.ExactJson;
import io.pinion.guide.trie.TokenVocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * A dry run of guides: compiles each request's guide and feeds the request's texts to it token by
 * token, with a full mask before each token. Not thread-safe; the vocabulary may be shared.
 */
public final class GuideCheck {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final GuideCompiler compiler;
  private final TokenVocabulary vocabulary;
  private final Function<String, int[]> tokenizer;
  private final JsonOptions options;
  private final long[] mask;
  private final CheckFigures figures = new CheckFigures();

  /**
   * A check without any counts.
   *
   * @param tokenizer maps a text to its tokens, without control tokens
   */
  public GuideCheck(
      TokenVocabulary vocabulary, Function<String, int[]> tokenizer, JsonOptions options) {
    this.compiler = new GuideCompiler(vocabulary);
    this.vocabulary = vocabulary;
    this.tokenizer = tokenizer;
    this.options = options;
    this.mask = new long[vocabulary.words()];
  }

  /** The counts and times so far. */
  public CheckFigures figures() {
    return figures;
  }

  /**
   * The result line for a request line. Never throws for an invalid request; the result says what
   * is wrong.
   */
  public String check(String line) {
    ObjectNode result = JSON.createObjectNode();
    try {
      JsonNode request = ExactJson.read(line);
      result.set("id", request.path("id"));
      run(request, result);
    } catch (UnsupportedGuideException e) {
      figures.unsupported++;
      fail(result, "unsupported", e);
    } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
      figures.errors++;
      fail(result, "error", e);
    }
    return result.toString();
  }

  private static void fail(ObjectNode result, String status, Throwable cause) {
    result.put("status", status);
    String message = cause.getMessage();
    boolean ours = cause instanceof GuideException && message != null;
    result.put("error", ours ? message : cause.toString());
  }

  private void run(JsonNode request, ObjectNode result) {
    GuideRequest asked = GuideRequest.read(request, options);
    JsonNode schema = request.path("json_schema");
    long begun = System.nanoTime();
    Guide guide = compile(asked, schema);
    GuideState start = guide.start();
    long taken = System.nanoTime() - begun;
    ArrayNode results = JSON.createArrayNode();
    ArrayNode times = JSON.createArrayNode();
    boolean passes = true;
    for (JsonNode instance : request.path("instances")) {
      passes &= instance(start, instance, results, times);
    }
    result.put("status", "ok").put("compile_us", taken / 1000);
    if (asked.kind() == GuideRequest.Kind.JSON_SCHEMA) {
      List<String> hints = GuideCompiler.hints(schema);
      if (!hints.isEmpty()) {
        hints.forEach(result.putArray("hints")::add);
      }
    }
    result.set("results", results);
    result.set("mask_us", times);
    figures.compile(taken);
    figures.ok++;
    figures.passed += passes ? 1 : 0;
  }

  private Guide compile(GuideRequest request, JsonNode schema) {
    return request.kind() == GuideRequest.Kind.JSON_SCHEMA
        ? compiler.jsonSchema(schema, options)
        : compiler.compile(request);
  }

  /** Whether the outcome is as the instance expects, if it states that. */
  private boolean instance(
      GuideState start, JsonNode instance, ArrayNode results, ArrayNode times) {
    String text = instance.path("text").asText();
    long rejectedAt = rejectedAt(start.fork(), text, times);
    ObjectNode result = results.addObject().put("accepted", rejectedAt < 0);
    if (rejectedAt < 0) {
      result.putNull("rejected_at_byte");
    } else {
      result.put("rejected_at_byte", rejectedAt);
    }
    JsonNode valid = instance.path("valid");
    if (!valid.isBoolean() || valid.booleanValue() == rejectedAt < 0) {
      return true;
    }
    figures.validRejected += valid.booleanValue() ? 1 : 0;
    figures.invalidAccepted += valid.booleanValue() ? 0 : 1;
    return false;
  }

  /** The offset of the byte that is rejected, the text's length if it must not end there, or -1. */
  private long rejectedAt(GuideState state, String text, ArrayNode times) {
    long at = 0;
    for (int token : tokenizer.apply(text)) {
      long begun = System.nanoTime();
      state.mask(mask);
      long taken = System.nanoTime() - begun;
      figures.mask(taken);
      times.add(taken / 100 / 10.0);
      byte[] bytes = vocabulary.vocabulary().bytes(token);
      boolean allowed = (mask[token >> 6] >>> token & 1) != 0;
      if (!allowed) {
        return at + state.acceptBytes(bytes);
      }
      if (!state.accept(token)) {
        throw new IllegalStateException("the mask allows a token that does not fit");
      }
      at += bytes.length;
    }
    return state.isAccepting() ? -1 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
