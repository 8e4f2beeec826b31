package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCoresTest {
  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "local; 1",
        "local[3]; 3",
        "local[ 3 ]; 3",
        "local[3,2]; 3",
        "local[*]; 8",
        "local[*,4]; 8",
        "local[99]; 8",
        "local-cluster[2,3,1024]; 3",
        "local-cluster[ 2 , 3 , 1024 ]; 3",
        "spark://driver:7077; 8",
        "yarn; 1",
        "k8s://https://api:6443; 1",
      })
  void whatTheMasterSaysIsTakenUpToTheProcessors(String master, int cores) {
    assertThat(ExecutorCores.of(conf(master), 8)).isEqualTo(cores);
  }

  @Test
  void executorCoresGoBeforeTheMasterAndProcessorsBeforeBoth() {
    for (String master : new String[] {"local[2]", "spark://driver:7077", "yarn"}) {
      SparkConf conf = conf(master).set("spark.executor.cores", "5");
      assertThat(ExecutorCores.of(conf, 8)).isEqualTo(5);
      assertThat(ExecutorCores.of(conf, 4)).isEqualTo(4);
    }
  }

  @Test
  void withoutAMasterAllProcessorsAreTaken() {
    assertThat(ExecutorCores.of(new SparkConf(false), 6)).isEqualTo(6);
    assertThat(ExecutorCores.of(new SparkConf(false)))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }
}
