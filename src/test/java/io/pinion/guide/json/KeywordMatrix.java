package io.pinion.guide.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What became of the official suite's cases, by keyword, as a table of the documentation. */
final class KeywordMatrix {
  static final Path PAGE = Path.of("docs/user/json-schema.md");
  private static final String BEGIN = "<!-- matrix: written by JsonSchemaSuiteTest -->\n";
  private static final String END = "<!-- end of matrix -->\n";

  /** The cases of one keyword. */
  static final class Counts {
    int right;
    int refused;
    int validRejected;
    int invalidAccepted;

    void add(Counts other) {
      right += other.right;
      refused += other.refused;
      validRejected += other.validRejected;
      invalidAccepted += other.invalidAccepted;
    }

    private String row(String name) {
      int all = right + refused + validRejected + invalidAccepted;
      return "| %s | %d | %d | %d | %d | %d |\n"
          .formatted(name, all, right, refused, validRejected, invalidAccepted);
    }
  }

  private final Map<String, Counts> keywords = new TreeMap<>();

  Counts keyword(String name) {
    return keywords.computeIfAbsent(name, n -> new Counts());
  }

  String table() {
    StringBuilder table =
        new StringBuilder(
            "| keyword | cases | right | refused | valid rejected | invalid accepted |\n"
                + "|---|---:|---:|---:|---:|---:|\n");
    Counts sum = new Counts();
    keywords.forEach(
        (name, counts) -> {
          table.append(counts.row(name));
          sum.add(counts);
        });
    return table.append(sum.row("**all**")).toString();
  }

  /** The table as the page has it. */
  static String published() throws IOException {
    String page = Files.readString(PAGE);
    return page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));
  }

  void write() throws IOException {
    String page = Files.readString(PAGE);
    Files.writeString(
        PAGE,
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + table()
            + page.substring(page.indexOf(END)));
  }
}
