package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.VersionCheck.Build;
import io.pinion.spark.VersionCheck.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionCheckTest {
  private static final Build BUILD = new Build("1.2.3", "4.1.0", "4.1", "2.13", "0.35.1");

  private static Found found(String spark, String scala) {
    return new Found(spark, scala, "0.35.1", "0.35.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.1.0", "4.1.7", "4.3.0", "4.10.0-SNAPSHOT", "4.2.0-vendor-1"})
  void runsOnTheSparkOfTheBuildAndNewerOnesOfTheSameMajorVersion(String spark) {
    assertThat(VersionCheck.problems(BUILD, found(spark, "2.13.17"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.5", "4.0.1", "5.0.0", "none", "nonsense"})
  void refusesAnotherSparkAndSaysWhichItRunsOn(String spark) {
    assertThat(VersionCheck.problems(BUILD, found(spark, "2.13.17")))
        .containsExactly(
            "Spark is "
                + spark
                + ", and Pinion 1.2.3 runs on Spark 4.1 or a newer 4.x: submit with such a Spark");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.12.18", "2.1.3", "3.3.1", "none"})
  void refusesAnotherScala(String scala) {
    assertThat(VersionCheck.problems(BUILD, found("4.1.0", scala)))
        .containsExactly(
            "Scala is "
                + scala
                + ", and Pinion 1.2.3 runs on Scala 2.13: use the Spark that is built for it");
  }

  @Test
  void refusesAnotherDjlOfWhichPartsMayDiffer() {
    assertThat(VersionCheck.problems(BUILD, new Found("4.1.0", "2.13.17", "0.28.0", "0.35.1")))
        .containsExactly(
            "DJL's API is 0.28.0, and Pinion 1.2.3 runs on 0.35.1: take the other one off Spark's"
                + " class path");
    assertThat(VersionCheck.problems(BUILD, new Found("4.1.0", "2.13.17", "0.35.1", "0.36.0")))
        .containsExactly(
            "DJL's PyTorch engine is 0.36.0, and Pinion 1.2.3 runs on 0.35.1: take the other one"
                + " off Spark's class path");
  }

  @Test
  void saysWhereDjlComesFromIfThereIsNone() {
    assertThat(VersionCheck.problems(BUILD, new Found("4.1.0", "2.13.17", "0.35.1", "none")))
        .containsExactly(
            "DJL's PyTorch engine is not on the class path, and Pinion 1.2.3 needs 0.35.1: use"
                + " pinion-all.jar, or --packages");
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThat(VersionCheck.problems(BUILD, new Found("3.5.5", "2.12.18", "none", "none")))
        .hasSize(4);
  }

  @Test
  void theBuildsOwnVersionsAreFilledInAndFitWhatItIsTestedWith() {
    assertThat(Build.read().toString()).doesNotContain("null").doesNotContain("$");
    assertThat(Found.read().spark()).isEqualTo(Build.read().spark());
    assertThat(VersionCheck.problems()).isEmpty();
  }
}
