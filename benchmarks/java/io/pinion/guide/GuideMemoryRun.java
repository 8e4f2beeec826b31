package io.pinion.guide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures the memory that each guide in a file of JSON Schema requests holds after its texts, as
 * the garbage collector sees it and as the guide estimates it: {@code GuideMemoryRun REQUESTS.jsonl
 * TOKENIZER.json [EVERY]}.
 */
final class GuideMemoryRun {
  private GuideMemoryRun() {}

  public static void main(String[] arguments) throws IOException {
    int every = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    String json = Files.readString(Path.of(arguments[1]));
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    long most = 0;
    long reckoned = 0;
    long sum = 0;
    int count = 0;
    try (TokenizerJson tokenizer = TokenizerJson.parse(json, arguments[1])) {
      TokenVocabulary tokens = TokenVocabulary.of(tokenizer.vocabulary());
      for (int i = 0; i < lines.size(); i += every) {
        JsonNode request = new ObjectMapper().readTree(lines.get(i));
        long before = used();
        Guide guide = guide(tokens, tokenizer, request);
        if (guide == null) {
          continue;
        }
        long held = used() - before;
        most = Math.max(most, held);
        reckoned = Math.max(reckoned, guide.lexer().pool().bytes());
        sum += held;
        count++;
      }
    }
    System.out.printf(
        "guides %d, mean %d KiB, most %d KiB, most reckoned %d KiB%n",
        count, sum / count >> 10, most >> 10, reckoned >> 10);
  }

  private static Guide guide(TokenVocabulary tokens, TokenizerJson tokenizer, JsonNode request) {
    try {
      String schema = request.path("json_schema").toString();
      Guide guide = new GuideCompiler(tokens).jsonSchema(schema, new JsonOptions(true, 0));
      long[] mask = new long[tokens.words()];
      for (JsonNode instance : request.path("instances")) {
        GuideState state = guide.start();
        for (int token : tokenizer.encode(instance.path("text").asText(), false)) {
          state.mask(mask);
          if (!state.accept(token)) {
            break;
          }
        }
      }
      return guide;
    } catch (GuideException e) {
      return null;
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
