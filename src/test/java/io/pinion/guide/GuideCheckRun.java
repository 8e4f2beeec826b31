package io.pinion.guide;

import io.pinion.text.TokenizerJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures guides over a file of requests: {@code GuideCheckRun REQUESTS.jsonl TOKENIZER.json
 * RESULTS.jsonl any|schema}.
 */
final class GuideCheckRun {
  private GuideCheckRun() {}

  public static void main(String[] arguments) throws IOException {
    Path tokenizerPath = Path.of(arguments[1]);
    String json = Files.readString(tokenizerPath);
    try (TokenizerJson tokenizer = TokenizerJson.parse(json, tokenizerPath.toString());
        BufferedReader requests = Files.newBufferedReader(Path.of(arguments[0]));
        PrintWriter results = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[2])))) {
      JsonOptions options = new JsonOptions(arguments[3].equals("any"), 0);
      TokenTrie trie = TokenTrie.of(tokenizer.vocabulary());
      GuideCheck check = new GuideCheck(trie, text -> tokenizer.encode(text, false), options);
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        results.println(check.check(line));
      }
      System.out.print(check.figures().summary());
    }
  }
}
