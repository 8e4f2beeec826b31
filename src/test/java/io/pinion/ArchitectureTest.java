package io.pinion;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pinion");

  @Test
  void importsPointDown() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("job")
        .definedBy("io.pinion.job..")
        .layer("spark")
        .definedBy("io.pinion.spark..")
        .layer("generate")
        .definedBy("io.pinion.generate..")
        .layer("model")
        .definedBy("io.pinion.model..")
        .layer("device")
        .definedBy("io.pinion.device..")
        .layer("guide")
        .definedBy("io.pinion.guide..")
        .layer("text")
        .definedBy("io.pinion.text..")
        .whereLayer("job")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("spark")
        .mayOnlyBeAccessedByLayers("job")
        .whereLayer("generate")
        .mayOnlyBeAccessedByLayers("job", "spark")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("job", "spark", "generate")
        .whereLayer("device")
        .mayOnlyBeAccessedByLayers("job", "spark", "generate", "model")
        .whereLayer("guide")
        .mayOnlyBeAccessedByLayers("job", "spark", "generate")
        .whereLayer("text")
        .mayOnlyBeAccessedByLayers("job", "spark", "generate", "guide")
        .check(CLASSES);
  }

  @Test
  void sparkTypesStayInJobAndSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.pinion.job..", "io.pinion.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(CLASSES);
  }

  @Test
  void tensorsStayInDeviceModelAndGenerate() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.pinion.device..", "io.pinion.model..", "io.pinion.generate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..")
        .check(CLASSES);
  }
}
