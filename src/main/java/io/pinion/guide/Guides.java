package io.pinion.guide;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Caches the guides of one vocabulary, as many as a number of bytes allows: each is compiled once
 * for all rows that ask for it, and the least recently used are dropped. What a guide needs grows
 * while rows follow it, so all are measured again and again. Requests that cannot be compiled are
 * cached too. Thread-safe.
 *
 * <p>A guide whose automata have grown to half of what they may is compiled anew for the rows that
 * come next, so that a row does not fail for what others before it made of the guide.
 */
public final class Guides {
  /** The part of the heap that the guides of a vocabulary may fill. */
  private static final int SHARE_OF_THE_HEAP = 8;

  private static final int PER_REQUEST = 500;
  private static final int MAX_REQUESTS = 4096;

  /** How often the guides are measured where none is added. */
  private static final int ANSWERS_BETWEEN_LOOKS = 64;

  /** How deep a guide may be nested must not depend on the thread that happens to ask for it. */
  private static final long STACK_BYTES = 16L << 20;

  private final GuideCompiler compiler;
  private final long mostBytes;
  private final Map<GuideRequest, CompletableFuture<Guide>> known =
      new LinkedHashMap<>(16, 0.75f, true);

  private int answers;

  private Guides(GuideCompiler compiler, long mostBytes) {
    this.compiler = compiler;
    this.mostBytes = mostBytes;
  }

  /** Builds what all guides of a vocabulary share. */
  public static Guides of(Vocabulary vocabulary) {
    return of(vocabulary, Runtime.getRuntime().maxMemory() / SHARE_OF_THE_HEAP);
  }

  /** As {@link #of(Vocabulary)}, with guides of so many bytes in all; one is always kept. */
  static Guides of(Vocabulary vocabulary, long mostBytes) {
    return new Guides(new GuideCompiler(TokenVocabulary.of(vocabulary)), mostBytes);
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
      first = known.get(request);
      if (first == null || isWorn(first)) {
        first = null;
        known.put(request, mine);
      } else if (++answers % ANSWERS_BETWEEN_LOOKS == 0) {
        trim();
      }
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
    } finally {
      if (first == mine) {
        trim();
      }
    }
  }

  private static boolean isWorn(CompletableFuture<Guide> guide) {
    return isReady(guide) && guide.join().isWorn();
  }

  private static boolean isReady(CompletableFuture<Guide> guide) {
    return guide.isDone() && !guide.isCompletedExceptionally();
  }

  /** Drops what was not used for longest, until the rest is small enough. */
  private void trim() {
    synchronized (known) {
      long bytes = bytes();
      Iterator<Map.Entry<GuideRequest, CompletableFuture<Guide>>> eldest =
          known.entrySet().iterator();
      while (known.size() > 1 && (bytes > mostBytes || known.size() > MAX_REQUESTS)) {
        bytes -= bytes(eldest.next());
        eldest.remove();
      }
    }
  }

  /** The estimated memory use of all guides in bytes. */
  long bytes() {
    synchronized (known) {
      return known.entrySet().stream().mapToLong(Guides::bytes).sum();
    }
  }

  /** How many requests are remembered. */
  int size() {
    synchronized (known) {
      return known.size();
    }
  }

  private static long bytes(Map.Entry<GuideRequest, CompletableFuture<Guide>> entry) {
    long request = PER_REQUEST + 2L * entry.getKey().text().length();
    return isReady(entry.getValue()) ? request + entry.getValue().join().bytes() : request;
  }

  private void complete(CompletableFuture<Guide> guide, GuideRequest request) {
    try {
      guide.complete(compiler.compile(request));
    } catch (StackOverflowError e) {
      guide.completeExceptionally(new GuideLimitException("the guide is nested too deeply"));
    } catch (RuntimeException | Error e) {
      guide.completeExceptionally(e);
    }
  }
}
