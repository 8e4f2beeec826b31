package io.pinion.guide;

import io.pinion.text.TokenizerJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures guides over a file of requests: {@code GuideCheckRun REQUESTS.jsonl TOKENIZER.json
 * RESULTS.jsonl any|schema [ROUNDS]}. Every round compiles everything anew; only the last is
 * counted and written, those before it warm the machine. {@code benchmarks/guides} runs it beside
 * other engines.
 */
final class GuideCheckRun {
  private GuideCheckRun() {}

  public static void main(String[] arguments) throws IOException {
    Path tokenizerPath = Path.of(arguments[1]);
    String json = Files.readString(tokenizerPath);
    int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 1;
    try (TokenizerJson tokenizer = TokenizerJson.parse(json, tokenizerPath.toString())) {
      JsonOptions options = new JsonOptions(arguments[3].equals("any"), 0);
      TokenTrie trie = TokenTrie.of(tokenizer.vocabulary());
      for (int round = 1; round <= rounds; round++) {
        GuideCheck check = new GuideCheck(trie, text -> tokenizer.encode(text, false), options);
        boolean last = round == rounds;
        try (Writer results =
            last ? Files.newBufferedWriter(Path.of(arguments[2])) : Writer.nullWriter()) {
          round(check, Path.of(arguments[0]), new PrintWriter(results));
        }
        if (last) {
          System.out.print(check.figures().summary());
        }
      }
    }
  }

  private static void round(GuideCheck check, Path requests, PrintWriter results)
      throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(requests)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        results.println(check.check(line));
      }
    }
    results.flush();
  }
}
