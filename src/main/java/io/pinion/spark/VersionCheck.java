package io.pinion.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses versions of Spark, Scala or DJL that this build does not run on, with a message for each
 * instead of a later {@code NoSuchMethodError}. Versions are read from resources in their jars, so
 * that none of their classes is loaded before its version is known to fit.
 */
public final class VersionCheck {
  private static final String NONE = "none";
  private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d+)\\.(\\d+)");

  private VersionCheck() {}

  /**
   * The versions that this build was made for.
   *
   * @param oldestSpark the oldest Spark that it runs on, as major.minor
   * @param scala the binary version, as major.minor
   */
  record Build(String pinion, String spark, String oldestSpark, String scala, String djl) {
    static Build read() {
      Properties properties = properties("versions.properties");
      return new Build(
          properties.getProperty("pinion"),
          properties.getProperty("spark"),
          properties.getProperty("spark.oldest"),
          properties.getProperty("scala"),
          properties.getProperty("djl"));
    }
  }

  /**
   * The versions on the class path; {@code none} for what is absent.
   *
   * @param djl of DJL's API
   * @param engine of DJL's PyTorch engine, which has the API's version numbers
   */
  record Found(String spark, String scala, String djl, String engine) {
    static Found read() {
      return new Found(
          version("/spark-version-info.properties", "version"),
          version("/library.properties", "version.number"),
          version("/ai/djl/engine/api.properties", "djl_version"),
          version("/pytorch-engine.properties", "djl_version"));
    }

    private static String version(String resource, String key) {
      return properties(resource).getProperty(key, NONE).strip();
    }
  }

  /** The version of this build. */
  public static String pinion() {
    return Build.read().pinion();
  }

  /** Every version that does not fit, one message each, which says what to do. */
  public static List<String> problems() {
    return problems(Build.read(), Found.read());
  }

  /**
   * Checks that every version fits.
   *
   * @throws IllegalStateException with all {@link #problems()} if there are any
   */
  public static void require() {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join("\n", problems));
    }
  }

  static List<String> problems(Build build, Found found) {
    List<String> problems = new ArrayList<>();
    if (!runsOn(build, found.spark)) {
      problems.add(
          "Spark is %s, and Pinion %s runs on Spark %s or a newer %s.x: submit with such a Spark"
              .formatted(found.spark, build.pinion, build.oldestSpark, numbers(build.spark)[0]));
    }
    if (!found.scala.startsWith(build.scala + ".")) {
      problems.add(
          "Scala is %s, and Pinion %s runs on Scala %s: use the Spark that is built for it"
              .formatted(found.scala, build.pinion, build.scala));
    }
    require(build, "DJL's API", found.djl, problems);
    require(build, "DJL's PyTorch engine", found.engine, problems);
    return problems;
  }

  private static boolean runsOn(Build build, String spark) {
    int[] built = numbers(build.spark);
    int[] oldest = numbers(build.oldestSpark);
    int[] running = numbers(spark);
    return running[0] == built[0]
        && (running[0] > oldest[0] || (running[0] == oldest[0] && running[1] >= oldest[1]));
  }

  private static void require(Build build, String what, String version, List<String> problems) {
    if (version.equals(NONE)) {
      problems.add(
          "%s is not on the class path, and Pinion %s needs %s: use pinion-all.jar, or --packages"
              .formatted(what, build.pinion, build.djl));
    } else if (!version.equals(build.djl)) {
      problems.add(
          "%s is %s, and Pinion %s runs on %s: take the other one off Spark's class path"
              .formatted(what, version, build.pinion, build.djl));
    }
  }

  private static int[] numbers(String version) {
    Matcher matcher = MAJOR_MINOR.matcher(version);
    return matcher.lookingAt()
        ? new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))}
        : new int[] {-1, -1};
  }

  private static Properties properties(String resource) {
    Properties properties = new Properties();
    try (InputStream stream = VersionCheck.class.getResourceAsStream(resource)) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
    return properties;
  }
}
