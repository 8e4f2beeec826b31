package io.pinion.check;

import io.pinion.engine.ModelLoader;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.model.ModelException;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.text.tokenizer.TokenizerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code bin/pinion check}: a dry run of guides without a model. Streams requests, writes a result
 * line for each in the same order, and prints a summary.
 */
public final class GuideCheckCommand {
  static final String USAGE =
      "usage: check REQUESTS.jsonl --tokenizer PATH [--output RESULTS.jsonl] [--threads N]"
          + " [--property-order schema|any] [--white-space N]";

  /** How many requests per thread may wait, which bounds memory. */
  private static final int AHEAD = 4;

  private final Arguments arguments;
  private final TokenVocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final ConcurrentLinkedQueue<GuideCheck> idle = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<GuideCheck> all = new ConcurrentLinkedQueue<>();

  private record Arguments(
      Path requests, Path tokenizer, Path output, int threads, JsonOptions options) {}

  /** A command line with a missing, unknown or invalid argument. */
  private static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String problem) {
      super(problem + "\n" + USAGE);
    }
  }

  private GuideCheckCommand(Arguments arguments, Tokenizer tokenizer) {
    this.arguments = arguments;
    this.tokenizer = tokenizer;
    this.vocabulary = TokenVocabulary.of(tokenizer.vocabulary());
  }

  /** Runs a check. Exits the JVM with its exit code unless that is 0. */
  public static void main(String... arguments) {
    int code = run(System.out, System.err, arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(PrintStream out, PrintStream err, String... words) {
    try {
      Arguments arguments = parse(words);
      try (Tokenizer tokenizer = ModelLoader.tokenizer(arguments.tokenizer)) {
        new GuideCheckCommand(arguments, tokenizer).run(out);
      }
      return 0;
    } catch (UsageException | ModelException | TokenizerException e) {
      err.println("pinion: " + e.getMessage().replace("\n", "\npinion: "));
      return 2;
    } catch (NoSuchFileException e) {
      err.println("pinion: there is no file " + e.getFile());
      return 2;
    } catch (IOException | InterruptedException | ExecutionException e) {
      err.println("pinion: the check failed: " + e);
      return 1;
    }
  }

  private static Arguments parse(String... words) {
    Path requests = null;
    Path tokenizer = null;
    Path output = null;
    int threads = 1;
    boolean anyOrder = false;
    int spaces = 0;
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "--tokenizer" -> tokenizer = Path.of(value(words, ++i));
        case "--output" -> output = Path.of(value(words, ++i));
        case "--threads" -> threads = number(words, ++i, 1, 1024);
        case "--white-space" -> spaces = number(words, ++i, 0, 100);
        case "--property-order" -> anyOrder = anyOrder(value(words, ++i));
        default -> {
          if (words[i].startsWith("-") || requests != null) {
            throw new UsageException("unknown argument " + words[i]);
          }
          requests = Path.of(words[i]);
        }
      }
    }
    if (requests == null || tokenizer == null) {
      String missing = requests == null ? "a file of requests" : "--tokenizer";
      throw new UsageException(missing + " is missing");
    }
    return new Arguments(requests, tokenizer, output, threads, new JsonOptions(anyOrder, spaces));
  }

  private static String value(String[] words, int index) {
    if (index == words.length) {
      throw new UsageException(words[index - 1] + " needs a value");
    }
    return words[index];
  }

  private static int number(String[] words, int index, int least, int most) {
    String value = value(words, index);
    if (!value.matches("\\d{1,6}")
        || Integer.parseInt(value) < least
        || Integer.parseInt(value) > most) {
      throw new UsageException(
          words[index - 1] + " must be " + least + " to " + most + ", is " + value);
    }
    return Integer.parseInt(value);
  }

  private static boolean anyOrder(String value) {
    if (!List.of("schema", "any").contains(value)) {
      throw new UsageException("--property-order must be schema or any, is " + value);
    }
    return value.equals("any");
  }

  private void run(PrintStream out) throws IOException, InterruptedException, ExecutionException {
    try (BufferedReader requests = Files.newBufferedReader(arguments.requests)) {
      if (arguments.output == null) {
        check(requests, out);
      } else {
        try (PrintStream results =
            new PrintStream(
                new java.io.BufferedOutputStream(Files.newOutputStream(arguments.output)),
                false,
                StandardCharsets.UTF_8)) {
          check(requests, results);
        }
      }
    }
    CheckFigures total = new CheckFigures();
    all.forEach(check -> total.add(check.figures()));
    out.print(total.summary());
  }

  private void check(BufferedReader requests, PrintStream results)
      throws IOException, InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(arguments.threads);
    ArrayDeque<Future<String>> waiting = new ArrayDeque<>();
    try {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        String request = line;
        waiting.add(threads.submit(() -> check(request)));
        if (waiting.size() > AHEAD * arguments.threads) {
          results.println(waiting.remove().get());
        }
      }
      while (!waiting.isEmpty()) {
        results.println(waiting.remove().get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private String check(String request) {
    GuideCheck check = idle.poll();
    if (check == null) {
      check = new GuideCheck(vocabulary, tokenizer::encodeContinuation, arguments.options);
      all.add(check);
    }
    try {
      return check.check(request);
    } finally {
      idle.add(check);
    }
  }
}
