package io.pinion.setting;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What no log, report, message or page of Spark's UI may show: what environment variables of a job
 * file hold, and credentials in addresses and settings. Everything that leaves Pinion as a text for
 * people goes through {@link #without}; what a task throws, which Spark logs and shows, through
 * {@link #guarded}.
 *
 * <p>The variables are known to the JVM: a job hides them in the driver, its tasks in the
 * executors. Thread-safe.
 */
public final class Secrets {
  /** What is shorter is no secret, and stands in messages by chance. */
  private static final int SHORTEST = 4;

  private static final String SHOWN = "***";

  /** Credentials, wherever they come from. */
  public static final String CREDENTIALS =
      "(?i)(?<=https://)[^/\\s@]+(?=@)"
          + "|(?<=://)[^\\s@/:]*:[^\\s@]+(?=@)"
          + "|(?<=[?&](?:x-amz-signature|x-amz-credential|x-amz-security-token|awsaccesskeyid"
          + "|signature|sig|token|access_token|api_key|key|secret|password)=)[^&\\s\"'<>]+"
          + "|(?<=\\.(?:secret|access)\\.key[=:])\\s*\\S+|(?<=\\.session\\.token[=:])\\s*\\S+"
          + "|(?<=\\bBearer )[\\w.~+/=-]+|\\bhf_[A-Za-z0-9]+";

  private static final Pattern CREDENTIAL = Pattern.compile(CREDENTIALS);

  /** Names of variables by what they hold. */
  private static final Map<String, String> VARIABLES = new ConcurrentHashMap<>();

  private Secrets() {}

  /** Hides what variables hold from now on, in all of this JVM. */
  public static void hide(Map<String, String> variables) {
    variables.forEach((name, value) -> VARIABLES.put(value, name));
  }

  /** The variables that are hidden, with their values, for the tasks of a job. */
  public static Map<String, String> hidden() {
    Map<String, String> hidden = new TreeMap<>();
    VARIABLES.forEach((value, name) -> hidden.put(name, value));
    return Map.copyOf(hidden);
  }

  /** A text without credentials, and with <code>${NAME}</code> in place of what variables hold. */
  public static String without(String text) {
    return without(text, hidden());
  }

  /** As the other method, for variables that may not be hidden in all of the JVM. */
  public static String without(String text, Map<String, String> variables) {
    List<Map.Entry<String, String>> longestFirst =
        variables.entrySet().stream()
            .filter(variable -> variable.getValue().length() >= SHORTEST)
            .sorted(Comparator.comparing(variable -> -variable.getValue().length()))
            .toList();
    String shown = text;
    for (Map.Entry<String, String> variable : longestFirst) {
      shown = shown.replace(variable.getValue(), "${" + variable.getKey() + "}");
    }
    return CREDENTIAL.matcher(shown).replaceAll(SHOWN);
  }

  /** Does work of a task; an exception that tells a secret is replaced by one that does not. */
  public static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw tells(e) ? new HiddenException(e) : e;
    }
  }

  /** An exception to be logged, without secrets. */
  public static Throwable without(Throwable fault) {
    return tells(fault) ? new HiddenException(fault) : fault;
  }

  private static boolean tells(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && !without(message).equals(message)) {
        return true;
      }
    }
    return false;
  }

  /** Stands for an exception whose message, or that of a cause, tells a secret. */
  private static final class HiddenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String type;

    HiddenException(Throwable fault) {
      super(
          fault.getMessage() == null ? null : without(fault.getMessage()),
          fault.getCause() == null ? null : new HiddenException(fault.getCause()));
      this.type = fault.getClass().getName();
      setStackTrace(fault.getStackTrace());
    }

    @Override
    public String toString() {
      return getMessage() == null ? type : type + ": " + getMessage();
    }
  }
}
