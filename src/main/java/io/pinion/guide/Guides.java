package io.pinion.guide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Caches the guides of one vocabulary, up to 256: each is compiled once for all rows that ask for
 * it, and the least recently used are dropped. Requests that cannot be compiled are cached too.
 * Thread-safe.
 */
public final class Guides {
  private static final int MAX_GUIDES = 256;

  /** How deep a guide may be nested must not depend on the thread that happens to ask for it. */
  private static final long STACK_BYTES = 16L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GuideCompiler compiler;
  private final Map<GuideRequest, CompletableFuture<Guide>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<GuideRequest, CompletableFuture<Guide>> eldest) {
          return size() > MAX_GUIDES;
        }
      };

  private Guides(GuideCompiler compiler) {
    this.compiler = compiler;
  }

  /** Builds what all guides of a vocabulary share. */
  public static Guides of(Vocabulary vocabulary) {
    return new Guides(new GuideCompiler(TokenVocabulary.of(vocabulary)));
  }

  /**
   * The guide of a request, compiled on a thread of its own if it is new.
   *
   * @throws GuideException when the request is invalid, not supported or exceeds a limit
   * @throws CancellationException when the calling thread is interrupted while it waits
   */
  public Guide guide(GuideRequest request) {
    CompletableFuture<Guide> mine = new CompletableFuture<>();
    CompletableFuture<Guide> first;
    synchronized (known) {
      first = known.putIfAbsent(request, mine);
    }
    if (first == null) {
      first = mine;
      Thread compilation =
          new Thread(null, () -> complete(mine, request), "pinion-guide", STACK_BYTES);
      compilation.setDaemon(true);
      compilation.start();
    }
    try {
      return first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a guide was compiled");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GuideException refused) {
        throw refused;
      }
      throw new IllegalStateException("a guide cannot be compiled: " + e.getCause(), e);
    }
  }

  private void complete(CompletableFuture<Guide> guide, GuideRequest request) {
    try {
      guide.complete(compile(request));
    } catch (StackOverflowError e) {
      guide.completeExceptionally(new GuideLimitException("the guide is nested too deeply"));
    } catch (RuntimeException | Error e) {
      guide.completeExceptionally(e);
    }
  }

  private Guide compile(GuideRequest request) {
    return switch (request.kind()) {
      case CHOICE -> compiler.choice(choices(request.text()));
      case REGEX -> compiler.regex(request.text());
      case GRAMMAR -> compiler.grammar(request.text());
      case TYPE -> compiler.regex(ValueType.of(request.text()).pattern);
      case JSON_SCHEMA -> compiler.jsonSchema(request.text(), request.options());
      case JSON_OBJECT -> compiler.jsonSchema("{\"type\": \"object\"}", request.options());
    };
  }

  private static List<String> choices(String json) {
    try {
      List<String> choices = new ArrayList<>();
      for (JsonNode choice : JSON.readTree(json)) {
        if (!choice.isTextual()) {
          throw new GuideException("a choice must be a string, not " + choice);
        }
        choices.add(choice.textValue());
      }
      return choices;
    } catch (JsonProcessingException e) {
      throw new GuideException("choice must be a JSON array of strings");
    }
  }
}
