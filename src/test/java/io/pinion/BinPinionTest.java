package io.pinion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command line that {@code bin/pinion} hands to spark-submit, in a checkout whose jar is built
 * and with a Spark that prints what it is called with.
 */
class BinPinionTest {
  private static final String SUBMIT =
      """
      #!/bin/sh
      echo "folder=$PWD"
      echo "ip=${SPARK_LOCAL_IP:-none}"
      echo "model=${PINION_MODEL:-none}"
      echo "pytorch=${PYTORCH_LIBRARY_PATH:-none}"
      for argument in "$@"; do echo "[$argument]"; done
      """;

  @TempDir Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path checkout;
  private Path spark;
  private Path elsewhere;

  private record Outcome(int code, List<String> out, String err) {
    /** The words of the command line, without those that are the same for every job. */
    List<String> words() {
      return out.stream()
          .filter(line -> line.startsWith("["))
          .map(line -> line.substring(1, line.length() - 1))
          .toList();
    }

    /** The values that follow an option. */
    List<String> values(String option) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i + 1 < words().size(); i++) {
        if (words().get(i).equals(option)) {
          values.add(words().get(i + 1));
        }
      }
      return values;
    }
  }

  @BeforeEach
  void makeCheckoutAndSpark() throws IOException {
    Path real = folder.toRealPath();
    checkout = Files.createDirectories(real.resolve("checkout"));
    spark = Files.createDirectories(real.resolve("spark"));
    elsewhere = Files.createDirectories(real.resolve("elsewhere"));
    for (String file : List.of("bin/pinion", "bin/completion.bash", "pom.xml", "jobs/demo.yaml")) {
      write(checkout.resolve(file), Files.readString(Path.of(file)));
    }
    executable(checkout.resolve("bin/pinion"));
    Files.createDirectories(checkout.resolve("src/main"));
    Path jar = checkout.resolve("target/pinion-all.jar");
    write(jar, "");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    write(spark.resolve("bin/spark-submit"), SUBMIT);
    executable(spark.resolve("bin/spark-submit"));
    write(spark.resolve("jars/spark-core_2.13-4.1.0.jar"), "");
    write(elsewhere.resolve("job.yaml"), "model: {uri: /models/some}\n");
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("SPARK_HOME", spark.toString());
    environment.put("HOME", real.resolve("home").toString());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Outcome pinion(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(checkout.resolve("bin/pinion").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(elsewhere.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Outcome(
        code,
        Files.readAllLines(folder.resolve("out")),
        Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
  }

  private Outcome submit(String... sparkArguments) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "job.yaml", "--"));
    arguments.addAll(Arrays.asList(sparkArguments));
    Outcome outcome = pinion(arguments.toArray(String[]::new));
    assertThat(outcome.code).as(outcome.err).isZero();
    return outcome;
  }

  @Test
  void runsAJobOfTheCurrentFolderOnThisMachine() throws Exception {
    Outcome outcome = pinion("run", "job.yaml", "--set", "a=b c", "--report", "report.json");
    assertThat(outcome.code).as(outcome.err).isZero();
    assertThat(outcome.out)
        .startsWith("folder=" + elsewhere, "ip=127.0.0.1", "model=none")
        .endsWith("[job.yaml]", "[--set]", "[a=b c]", "[--report]", "[report.json]");
    assertThat(outcome.values("--master")).containsExactly("local[*]");
    assertThat(outcome.values("--driver-memory")).containsExactly("4g");
    assertThat(outcome.values("--class")).containsExactly("io.pinion.job.Pinion");
    assertThat(outcome.words()).contains(checkout.resolve("target/pinion-all.jar").toString());
    assertThat(outcome.values("--conf"))
        .containsExactly(
            "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=\"file:"
                + checkout
                + "/conf/log4j2.properties\"",
            "spark.executorEnv.MALLOC_ARENA_MAX=2",
            "spark.ui.showConsoleProgress=false");
  }

  @Test
  void runsThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("p"), checkout.resolve("bin/pinion"));
    Process process = new ProcessBuilder(link.toString(), "--version").start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("pinion ");
    assertThat(process.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--master yarn",
        "--master=yarn",
        "--conf spark.master=yarn",
        "--conf=spark.master=yarn",
        "-c spark.master=yarn",
        "--properties-file spaces.conf",
        "--properties-file=equals.conf",
        "--properties-file colon.conf",
        "--remote sc://host",
        "--conf spark.remote=sc://host"
      })
  void aMasterInAnySpellingStays(String spelling) throws Exception {
    write(elsewhere.resolve("spaces.conf"), "# a comment\n  spark.master   yarn\n");
    write(elsewhere.resolve("equals.conf"), "spark.name x\nspark.master=yarn");
    write(elsewhere.resolve("colon.conf"), "spark.master : yarn\r\n");
    Outcome outcome = submit(spelling.split(" "));
    assertThat(outcome.words()).doesNotContain("local[*]").startsWith(spelling.split(" "));
    assertThat(outcome.out).contains("ip=none");
  }

  @ParameterizedTest
  @CsvSource({"spark/conf,", "other,other"})
  void aMasterInSparksDefaultsStays(String place, String confDir) throws Exception {
    write(spark.resolveSibling(place).resolve("spark-defaults.conf"), "spark.master  k8s://host\n");
    if (confDir != null) {
      environment.put("SPARK_CONF_DIR", spark.resolveSibling(confDir).toString());
    }
    Outcome outcome = submit();
    assertThat(outcome.values("--master")).isEmpty();
    assertThat(outcome.out).contains("ip=none");
  }

  @Test
  void aMasterInTheEnvironmentStays() throws Exception {
    write(spark.resolve("conf/spark-env.sh"), "MASTER=spark://host:7077\n");
    assertThat(submit().values("--master")).isEmpty();
    Files.delete(spark.resolve("conf/spark-env.sh"));
    environment.put("MASTER", "spark://host:7077");
    assertThat(submit().values("--master")).isEmpty();
  }

  @Test
  void sparksDefaultsCountBesideAPropertiesFileOnlyIfAskedFor() throws Exception {
    write(spark.resolve("conf/spark-defaults.conf"), "spark.master yarn\n");
    write(elsewhere.resolve("some.conf"), "spark.masters yarn\n#spark.master yarn\n");
    assertThat(submit("--properties-file", "some.conf").values("--master"))
        .containsExactly("local[*]");
    assertThat(submit("--properties-file", "some.conf", "--load-spark-defaults").values("--master"))
        .isEmpty();
  }

  @Test
  void anotherOptionsValueIsNoMaster() throws Exception {
    assertThat(submit("--name", "--master").values("--master")).contains("local[*]");
    assertThat(submit("--verbose", "--master", "yarn").words()).doesNotContain("local[*]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--driver-memory 9g",
        "--driver-memory=9g",
        "--conf spark.driver.memory=9g",
        "--properties-file memory.conf"
      })
  void theDriversMemoryIsTheUsers(String spelling) throws Exception {
    write(elsewhere.resolve("memory.conf"), "spark.driver.memory 9g\n");
    assertThat(submit(spelling.split(" ")).words()).doesNotContain("4g");
  }

  @Test
  void theDriversMemoryComesFromTheEnvironment() throws Exception {
    environment.put("SPARK_DRIVER_MEMORY", "9g");
    assertThat(submit().values("--driver-memory")).isEmpty();
    environment.put("PINION_DRIVER_MEMORY", "7g");
    assertThat(submit().values("--driver-memory")).containsExactly("7g");
    assertThat(submit("--driver-memory", "3g").values("--driver-memory")).containsExactly("3g");
  }

  @Test
  void noConfOfTheUsersIsReplaced() throws Exception {
    write(
        spark.resolve("conf/spark-defaults.conf"),
        """
        spark.driver.extraJavaOptions -Da=b
        spark.driver.defaultJavaOptions -Dc=d \\
          -De=f
        """);
    Outcome outcome =
        submit(
            "--conf",
            "spark.ui.showConsoleProgress=true",
            "-c",
            "spark.executorEnv.MALLOC_ARENA_MAX=8",
            "--driver-java-options",
            "-Dg=h");
    assertThat(outcome.values("--conf"))
        .containsExactly(
            "spark.ui.showConsoleProgress=true",
            "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=\"file:"
                + checkout
                + "/conf/log4j2.properties\" -Dc=d   -De=f");
  }

  @Test
  void aLoggingConfigurationOfTheUsersStays() throws Exception {
    write(spark.resolve("conf/log4j2.properties"), "");
    assertThat(submit().out).noneMatch(line -> line.contains("log4j2"));
  }

  @Test
  void aDriverOnTheClusterIsNotSentToAFileOfThisMachine() throws Exception {
    assertThat(submit("--master", "yarn", "--deploy-mode", "cluster").out)
        .noneMatch(line -> line.contains("log4j2"));
  }

  @Test
  void theDemoRunsInTheCheckout() throws Exception {
    environment.put("PINION_MODEL", "/models/small");
    Outcome outcome = pinion("demo", "--set", "a=b");
    assertThat(outcome.code).as(outcome.err).isZero();
    assertThat(outcome.out)
        .startsWith("folder=" + checkout, "ip=127.0.0.1", "model=/models/small")
        .contains("[jobs/demo.yaml]")
        .endsWith("[--set]", "[a=b]");
  }

  @Test
  void needsNoHomeWhereNothingIsFetched() throws Exception {
    environment.remove("HOME");
    submit();
    write(elsewhere.resolve("job.yaml"), "model: {uri: \"${PINION_MODEL}\"}\n");
    environment.put("PINION_MODEL", "/models/small");
    submit();
  }

  @Test
  void saysInASentenceThatThereIsNoHome() throws Exception {
    environment.remove("HOME");
    write(elsewhere.resolve("job.yaml"), "model: {uri: \"${PINION_MODEL}\"}\n");
    assertRefused(
        pinion("run", "job.yaml"),
        "pinion: no place for downloads, since HOME is not set: set it, or set PINION_CACHE to a"
            + " folder\n");
  }

  @Test
  void makesTheFolderForDownloadsForTheUserAlone() throws Exception {
    Path cache = elsewhere.resolve("cache/pinion");
    environment.put("PINION_CACHE", cache.toString());
    write(elsewhere.resolve("job.yaml"), "model: {uri: \"${PINION_MODEL}\"}\n");
    environment.put("PATH", emptyPath());
    assertThat(pinion("run", "job.yaml").code).isEqualTo(2);
    assertThat(Files.getPosixFilePermissions(cache))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(pinion("run", "job.yaml").err)
        .contains("anyone can write to " + cache + ", from which programs are run");
  }

  /** A path with the system's commands but Python, so that nothing can be fetched. */
  private String emptyPath() throws IOException {
    Path commands = Files.createDirectories(folder.resolve("commands"));
    for (String name :
        List.of(
            "bash",
            "sed",
            "head",
            "dirname",
            "readlink",
            "grep",
            "find",
            "mkdir",
            "uname",
            "env",
            "cat")) {
      for (String place : System.getenv("PATH").split(":")) {
        Path command = Path.of(place, name);
        if (Files.isExecutable(command) && !Files.exists(commands.resolve(name))) {
          Files.createSymbolicLink(commands.resolve(name), command);
        }
      }
    }
    return commands.toString();
  }

  private static void assertRefused(Outcome outcome, String sentence) {
    assertThat(outcome.err).isEqualTo(sentence);
    assertThat(outcome.code).isEqualTo(2);
    assertThat(outcome.out).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check", "test", "fetch"})
  void refusesASparkHomeWithoutSpark(String command) throws Exception {
    Files.delete(spark.resolve("bin/spark-submit"));
    assertRefused(
        pinion(command, command.equals("fetch") ? "--gpu" : "job.yaml"),
        "pinion: SPARK_HOME is "
            + spark
            + ", which has no bin/spark-submit: unset SPARK_HOME, and bin/pinion takes Spark"
            + " 4.1.0\n");
  }

  @Test
  void fetchesPyTorchForCudaAndPointsAtIt() throws Exception {
    Path cache = Files.createDirectories(elsewhere.resolve("cache"));
    environment.put("PINION_CACHE", cache.toString());
    Path commands = Files.createDirectories(folder.resolve("python"));
    write(
        commands.resolve("python3"),
        """
        #!/bin/sh
        case "$*" in
          "-m pip install"*torch==2.8.0) mkdir -p "$7/torch/lib" && : > "$7/torch/lib/libtorch.so" ;;
          "-m pip --version") ;;
          *) echo "unexpected: $*" && exit 1 ;;
        esac
        """);
    executable(commands.resolve("python3"));
    environment.put("PATH", commands + ":" + System.getenv("PATH"));
    write(cache.resolve("models/SmolLM2-135M-Instruct.Q4_1.gguf"), "");
    assertThat(pinion("fetch", "--gpus").err).contains("fetch has no argument --gpus");
    Outcome outcome = pinion("fetch", "--gpu");
    assertThat(outcome.code).as(outcome.err).isZero();
    String library = cache.resolve("pytorch-2.8.0/torch/lib").toString();
    assertThat(outcome.err)
        .contains("fetching PyTorch 2.8.0 for CUDA")
        .contains("--conf spark.executorEnv.PYTORCH_LIBRARY_PATH=" + library);
    assertThat(pinion("fetch", "--gpu").err).doesNotContain("fetching");
    assertThat(pinion("run", "job.yaml").out).contains("pytorch=" + library);
    environment.put("PYTORCH_LIBRARY_PATH", "/opt/pytorch/lib");
    assertThat(pinion("run", "job.yaml").out).contains("pytorch=/opt/pytorch/lib");
  }

  @Test
  void refusesASparkHomeWithoutJars() throws Exception {
    Files.delete(spark.resolve("jars/spark-core_2.13-4.1.0.jar"));
    assertRefused(
        pinion("run", "job.yaml"),
        "pinion: SPARK_HOME is "
            + spark
            + ", which has no jars/spark-core_*.jar: unset SPARK_HOME, and bin/pinion takes Spark"
            + " 4.1.0\n");
  }

  @ParameterizedTest
  @CsvSource({"2.12,3.5.5", "2.13,3.5.5", "2.13,4.0.1", "2.13,5.0.0", "3,4.1.0"})
  void refusesAnotherSparkOrScala(String scala, String version) throws Exception {
    Files.move(
        spark.resolve("jars/spark-core_2.13-4.1.0.jar"),
        spark.resolve("jars/spark-core_%s-%s.jar".formatted(scala, version)));
    assertRefused(
        pinion("run", "job.yaml"),
        "pinion: SPARK_HOME is "
            + spark
            + ", Spark "
            + version
            + " for Scala "
            + scala
            + ", and Pinion runs on Spark 4.1 or a newer 4.x for Scala 2.13: unset SPARK_HOME, and"
            + " bin/pinion takes Spark 4.1.0\n");
  }

  @Test
  void takesANewerSpark() throws Exception {
    Files.move(
        spark.resolve("jars/spark-core_2.13-4.1.0.jar"),
        spark.resolve("jars/spark-core_2.13-4.3.1-vendor-2.jar"));
    submit();
  }

  @Test
  void refusesWhatIsNoOptionOfSparkSubmit() throws Exception {
    assertThat(pinion("run", "job.yaml", "--", "other.jar").code).isEqualTo(2);
    assertThat(pinion("run", "job.yaml", "--", "--master").err)
        .isEqualTo("pinion: spark-submit's --master needs a value\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--help,bin/pinion COMMAND",
    "help,bin/pinion COMMAND",
    "run --help,bin/pinion run JOB.yaml",
    "run job.yaml -h,bin/pinion run JOB.yaml",
    "demo --help,bin/pinion demo",
    "check --help,[--white-space N]",
    "test --help,bin/pinion test",
    "fetch --help,bin/pinion fetch",
    "completion --help,bin/pinion completion bash",
    "--version,pinion 0."
  })
  void helpsWithoutSparkOrHome(String arguments, String text) throws Exception {
    environment.remove("HOME");
    environment.remove("SPARK_HOME");
    Outcome outcome = pinion(arguments.split(" "));
    assertThat(outcome.code).as(outcome.err).isZero();
    assertThat(String.join("\n", outcome.out)).contains(text);
    assertThat(outcome.err).isEmpty();
  }

  @Test
  void saysWhichCommandsThereAre() throws Exception {
    assertThat(pinion().code).isEqualTo(2);
    assertRefused(
        pinion("rum", "job.yaml"),
        "pinion: there is no command rum: bin/pinion --help lists them\n");
    assertRefused(
        pinion("run"), "pinion: run needs a job file, or --from-report: bin/pinion run --help\n");
  }

  @ParameterizedTest
  @CsvSource({
    "pinion '',demo run status check test wheel fetch completion --help --version",
    "pinion r,run",
    "pinion run --r,--report",
    "pinion run job.yaml --report '',''",
    "pinion run job.yaml -- --mas,--master",
    "pinion check --property-order '',schema any",
    "pinion check requests.jsonl --w,--white-space",
    "pinion completion b,bash"
  })
  void completes(String line, String words) throws Exception {
    String script =
        """
        source <("$0" completion bash)
        COMP_WORDS=(%s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _pinion
        echo "${COMPREPLY[*]}"
        """
            .formatted(line);
    Process process =
        new ProcessBuilder("bash", "-c", script, checkout.resolve("bin/pinion").toString()).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo(words);
    assertThat(process.waitFor()).isZero();
  }
}
