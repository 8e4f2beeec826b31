package io.pinion;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.schema.ExactJson;
import io.pinion.guide.json.type.ValueShape;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls of the house: which package may import which, and how large a room may grow. */
class ArchitectureTest {
  private static final int MAX_CIRCLE = 5;
  private static final int MAX_TYPES = 25;
  private static final String[] ROOMS = {
    "job",
    "check",
    "sql",
    "spark",
    "engine",
    "generate",
    "model",
    "guide",
    "text",
    "torch",
    "device",
    "jinja",
    "setting"
  };

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pinion");
  }

  /** They are large, with all that they refer to, and the next tests need the memory. */
  @AfterAll
  static void forgetClasses() {
    classes = null;
  }

  @Test
  void importsPointDown() {
    Architectures.LayeredArchitecture house =
        Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String room : ROOMS) {
      house = house.layer(room).definedBy("io.pinion." + room + "..");
    }
    house
        .whereLayer("job")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("check")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("sql")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("spark")
        .mayOnlyBeAccessedByLayers("job", "sql")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("job", "check", "spark")
        .whereLayer("generate")
        .mayOnlyBeAccessedByLayers("job", "sql", "spark", "engine")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("check", "engine", "generate")
        .whereLayer("guide")
        .mayOnlyBeAccessedByLayers("job", "check", "sql", "spark", "engine", "generate")
        .whereLayer("text")
        .mayOnlyBeAccessedByLayers("job", "check", "spark", "engine", "generate", "guide")
        .whereLayer("device")
        .mayOnlyBeAccessedByLayers("job", "spark", "engine", "generate")
        .whereLayer("torch")
        .mayOnlyBeAccessedByLayers("generate", "model", "device", "engine")
        .whereLayer("setting")
        .mayOnlyBeAccessedByLayers("job", "sql", "spark", "engine", "generate")
        .whereLayer("jinja")
        .mayOnlyBeAccessedByLayers("text")
        .check(classes);
  }

  @Test
  void packagesHaveNoCircles() {
    slices().matching("io.pinion.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void guidesKnowTheVocabularyAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.pinion.guide..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.pinion..")
                .and(not(resideInAPackage("io.pinion.guide..")))
                .and(not(belongToAnyOf(Vocabulary.class))))
        .check(classes);
  }

  /** The same guide has the same answer on a busy machine as on an idle one. */
  @Test
  void guidesLookAtNoClock() {
    noClasses()
        .that()
        .resideInAPackage("io.pinion.guide..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat(resideInAPackage("java.time.."))
        .check(classes);
  }

  @Test
  void whatUsesGuidesKnowsTheirFrontDoorAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pinion.guide..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.pinion.guide..")
                .and(not(resideInAnyPackage("io.pinion.guide", "io.pinion.guide.error")))
                .and(
                    not(
                        belongToAnyOf(
                            ExactJson.class,
                            JsonOptions.class,
                            TokenVocabulary.class,
                            ValueShape.class))))
        .check(classes);
  }

  @Test
  void jinjaKnowsNothingOfPinion() {
    classes()
        .that()
        .resideInAPackage("io.pinion.jinja..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("io.pinion.jinja..", "java.."))
        .check(classes);
  }

  @Test
  void theSamplerKnowsNoSequences() {
    noClasses()
        .that()
        .resideInAPackage("io.pinion.generate.sample..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.pinion.generate.batch..",
                "io.pinion.generate.draft..",
                "io.pinion.generate.schedule..",
                "io.pinion.generate.sequence..",
                "io.pinion.guide.."))
        .check(classes);
  }

  @Test
  void theSchedulerKnowsNoTensors() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.pinion.generate",
            "io.pinion.generate.draft..",
            "io.pinion.generate.schedule..",
            "io.pinion.generate.sequence..")
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.."))
        .check(classes);
  }

  @Test
  void sparkTypesStayInJobSqlAndSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.pinion.job..", "io.pinion.sql..", "io.pinion.spark..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.spark..", "scala.."))
        .check(classes);
  }

  @Test
  void tensorsStayInTorchDeviceModelAndTheSampler() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.pinion.torch..",
            "io.pinion.device..",
            "io.pinion.model..",
            "io.pinion.generate.sample..",
            "io.pinion.generate.batch..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch.."))
        .check(classes);
  }

  @Test
  void nothingIsMadeOfBytesOrTextsThatNameTheirClass() {
    noClasses()
        .should()
        .dependOnClassesThat(
            belongToAnyOf(java.io.ObjectInputStream.class, org.snakeyaml.engine.v2.api.Load.class)
                .or(resideInAPackage("java.beans.."))
                .or(resideInAPackage("com.esotericsoftware..")))
        .check(classes);
  }

  @Test
  void classesFormSmallCircles() {
    List<Set<String>> large =
        new Circles(imports()).all().stream().filter(circle -> circle.size() > MAX_CIRCLE).toList();

    assertThat(large).isEmpty();
  }

  @Test
  void packagesStaySmall() {
    Map<String, Long> types =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getPackageName().startsWith("io.pinion.jinja"))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(types).allSatisfy((name, count) -> assertThat(count).isLessThan(MAX_TYPES + 1));
  }

  /**
   * Class by class, Jinja's values left out, what it imports; nested classes count as their outer.
   */
  private static Map<String, Set<String>> imports() {
    Map<String, Set<String>> imports = new TreeMap<>();
    for (JavaClass type : classes) {
      if (!type.getPackageName().equals("io.pinion.jinja.value")) {
        Set<String> targets =
            imports.computeIfAbsent(outermost(type.getName()), key -> new HashSet<>());
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> outermost(dependency.getTargetClass().getName()))
            .filter(target -> target.startsWith("io.pinion."))
            .forEach(targets::add);
      }
    }
    return imports;
  }

  private static String outermost(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** The strongly connected components of a graph (R. Tarjan, 1972). */
  private static final class Circles {
    private final Map<String, Set<String>> graph;
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final java.util.ArrayDeque<String> stack = new java.util.ArrayDeque<>();
    private final List<Set<String>> found = new java.util.ArrayList<>();

    Circles(Map<String, Set<String>> graph) {
      this.graph = graph;
    }

    List<Set<String>> all() {
      graph.keySet().stream().filter(node -> !order.containsKey(node)).forEach(this::visit);
      return found;
    }

    private void visit(String node) {
      order.put(node, order.size());
      lowest.put(node, order.get(node));
      stack.push(node);
      for (String next : graph.getOrDefault(node, Set.of())) {
        if (!order.containsKey(next)) {
          visit(next);
          lowest.merge(node, lowest.get(next), Math::min);
        } else if (stack.contains(next)) {
          lowest.merge(node, order.get(next), Math::min);
        }
      }
      if (lowest.get(node).equals(order.get(node))) {
        Set<String> circle = new HashSet<>();
        String last;
        do {
          last = stack.pop();
          circle.add(last);
        } while (!last.equals(node));
        found.add(circle);
      }
    }
  }
}
