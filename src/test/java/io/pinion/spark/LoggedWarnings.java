package io.pinion.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class warns of in its log while something is done. */
public final class LoggedWarnings extends AbstractAppender {
  private final List<String> messages = new CopyOnWriteArrayList<>();

  private LoggedWarnings() {
    super("warnings", null, null, true, Property.EMPTY_ARRAY);
  }

  public static List<String> of(Class<?> type, Runnable action) {
    LoggedWarnings appender = new LoggedWarnings();
    appender.start();
    Logger logger = (Logger) LogManager.getLogger(type);
    Level before = logger.getLevel();
    logger.addAppender(appender);
    logger.setLevel(Level.WARN);
    try {
      action.run();
    } finally {
      logger.removeAppender(appender);
      logger.setLevel(before);
      appender.stop();
    }
    return appender.messages;
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel() == Level.WARN) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }
}
