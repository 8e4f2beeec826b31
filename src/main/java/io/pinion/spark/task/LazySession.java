package io.pinion.spark.task;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** A session that is opened for its first request. Used by the task's thread only. */
final class LazySession implements GenerationSession {
  private final Supplier<GenerationSession> opener;
  private GenerationSession session;

  LazySession(Supplier<GenerationSession> opener) {
    this.opener = opener;
  }

  @Override
  public void submit(GenerationRequest request) {
    if (session == null) {
      session = opener.get();
    }
    session.submit(request);
  }

  @Override
  public void endOfInput() {
    if (session != null) {
      session.endOfInput();
    }
  }

  @Override
  public int pending() {
    return session == null ? 0 : session.pending();
  }

  @Override
  public GenerationResult next() {
    if (session == null) {
      throw new NoSuchElementException("no request was submitted");
    }
    return session.next();
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }
}
