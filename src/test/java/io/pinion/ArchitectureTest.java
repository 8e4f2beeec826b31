package io.pinion;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pinion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule IMPORTS_POINT_DOWN =
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
          .whereLayer("text")
          .mayOnlyBeAccessedByLayers("job", "spark", "generate");

  @ArchTest
  static final ArchRule SPARK_TYPES_STAY_IN_JOB_AND_SPARK =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.pinion.job..", "io.pinion.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule TENSORS_STAY_IN_DEVICE_MODEL_AND_GENERATE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.pinion.device..", "io.pinion.model..", "io.pinion.generate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..");
}
