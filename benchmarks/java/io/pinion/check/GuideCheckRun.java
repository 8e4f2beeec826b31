package io.pinion.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.tokenizer.TokenizerJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures guides over a file of JSON Schema requests: {@code GuideCheckRun REQUESTS.jsonl
 * TOKENIZER.json RESULTS.jsonl ROUNDS}. Every round compiles everything again; only the last is
 * written, the earlier ones warm up the JVM. Times are given as wall-clock time and as CPU time of
 * the thread, which other processes on the machine do not affect. {@code benchmarks/guides} runs
 * it.
 */
final class GuideCheckRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final TokenizerJson tokenizer;
  private final TokenVocabulary tokens;
  private final long[] mask;

  private GuideCheckRun(TokenizerJson tokenizer) {
    this.tokenizer = tokenizer;
    this.tokens = TokenVocabulary.of(tokenizer.vocabulary());
    this.mask = new long[tokens.words()];
  }

  public static void main(String[] arguments) throws IOException {
    String json = Files.readString(Path.of(arguments[1]));
    int rounds = Integer.parseInt(arguments[3]);
    try (TokenizerJson tokenizer = TokenizerJson.parse(json, arguments[1])) {
      GuideCheckRun run = new GuideCheckRun(tokenizer);
      for (int round = 1; round < rounds; round++) {
        run.round(Path.of(arguments[0]), Writer.nullWriter());
      }
      try (Writer results = Files.newBufferedWriter(Path.of(arguments[2]))) {
        run.round(Path.of(arguments[0]), results);
      }
    }
  }

  private void round(Path requests, Writer to) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(requests)) {
      PrintWriter results = new PrintWriter(to);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode request = JSON.readTree(line);
        ObjectNode result = JSON.createObjectNode().put("id", request.path("id").asText());
        try {
          run(request, result);
        } catch (GuideException e) {
          result.put("error", e.getMessage());
        }
        results.println(result);
      }
      results.flush();
    }
  }

  private void run(JsonNode request, ObjectNode result) {
    String schema = request.path("json_schema").toString();
    long begun = System.nanoTime();
    long spent = THREADS.getCurrentThreadCpuTime();
    GuideState start =
        new GuideCompiler(tokens).jsonSchema(schema, new JsonOptions(true, 0)).start();
    result.put("compile_cpu_us", (THREADS.getCurrentThreadCpuTime() - spent) / 1e3);
    result.put("compile_us", (System.nanoTime() - begun) / 1e3);
    ArrayNode wall = result.putArray("mask_us");
    ArrayNode own = result.putArray("mask_cpu_us");
    ArrayNode accepted = JSON.createArrayNode();
    for (JsonNode instance : request.path("instances")) {
      accepted.add(accepts(start.fork(), instance.path("text").asText(), wall, own));
    }
    result.set("accepted", accepted);
  }

  private boolean accepts(GuideState state, String text, ArrayNode wall, ArrayNode own) {
    for (int token : tokenizer.encode(text, false)) {
      mask(state, wall, own);
      boolean allowed = (mask[token >> 6] >>> token & 1) != 0;
      if (allowed != state.accept(token)) {
        throw new IllegalStateException("the mask and the state disagree about a token");
      } else if (!allowed) {
        return false;
      }
    }
    mask(state, wall, own);
    return state.isAccepting();
  }

  private void mask(GuideState state, ArrayNode wall, ArrayNode own) {
    long begun = System.nanoTime();
    long spent = THREADS.getCurrentThreadCpuTime();
    state.mask(mask);
    own.add((THREADS.getCurrentThreadCpuTime() - spent) / 1e3);
    wall.add((System.nanoTime() - begun) / 1e3);
  }
}
