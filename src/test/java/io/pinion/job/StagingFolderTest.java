package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingFolderTest {
  private static final Configuration CONFIGURATION = new Configuration();

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void earlierOutput() throws IOException {
    target = Files.createDirectories(folder.resolve("out"));
    Files.writeString(target.resolve("part-1"), "old");
    Files.writeString(target.resolve("_SUCCESS"), "");
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file", null, path.toString());
  }

  private static void write(StagingFolder staging) throws IOException {
    Path files = Files.createDirectories(Path.of(staging.path("files").toUri().getPath()));
    Files.writeString(files.resolve("part-2"), "new");
    Files.writeString(files.resolve("_SUCCESS"), "");
  }

  @Test
  void anOutputIsReplacedFromWithinAsFromBeside() throws IOException {
    for (boolean inside : new boolean[] {true, false}) {
      StagingFolder staging =
          inside
              ? StagingFolder.within(hadoop(target), CONFIGURATION)
              : StagingFolder.of(hadoop(target), CONFIGURATION);
      write(staging);
      assertThat(
              target.resolve("part-1").toFile().exists()
                  || target.resolve("part-2").toFile().exists())
          .isTrue();
      staging.replaceTarget("files");
      assertThat(JobTest.entries(target)).containsExactly("_SUCCESS", "part-2");
      staging.discard();
      assertThat(JobTest.entries(folder)).containsExactly("out");
    }
  }

  @Test
  void filesAreAddedToAnOutput() throws IOException {
    StagingFolder staging = StagingFolder.within(hadoop(target), CONFIGURATION);
    write(staging);
    staging.addToTarget("files");
    assertThat(JobTest.entries(target)).containsExactly("_SUCCESS", "part-1", "part-2");
    assertThat(Files.readString(target.resolve("part-1"))).isEqualTo("old");
  }

  @Test
  void rowsThatAreKeptHaveAPlaceOfTheirOwn() throws IOException {
    StagingFolder beside = StagingFolder.of(hadoop(target), CONFIGURATION);
    write(beside);
    Path kept = Path.of(beside.keep("files").toUri().getPath());
    assertThat(kept.getParent()).isEqualTo(folder);
    assertThat(kept.getFileName().toString()).startsWith("out.failed-");
    assertThat(JobTest.entries(kept)).containsExactly("_SUCCESS", "part-2");
    StagingFolder inside = StagingFolder.within(hadoop(target), CONFIGURATION);
    write(inside);
    Path hidden = Path.of(inside.keep("files").toUri().getPath());
    assertThat(hidden.getFileName().toString()).startsWith("_failed-");
    assertThat(JobTest.entries(target))
        .containsExactly("_SUCCESS", hidden.getFileName().toString(), "part-1");
  }

  @Test
  void aMoveThatFailsLeavesTheRowsAndSaysWhere() throws IOException {
    StagingFolder staging = StagingFolder.of(hadoop(target), CONFIGURATION);
    Path files = Path.of(staging.path("files").toUri().getPath());
    assertThatThrownBy(() -> staging.replaceTarget("files"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("they stay in " + hadoop(files.getParent()))
        .hasMessageContaining("an earlier output may be in");
    staging.discard();
    assertThat(Files.readString(files.resolveSibling("earlier/part-1"))).isEqualTo("old");
  }

  @Test
  void anOutputWithAnEarlierOneOfACutOffRunIsLeftAlone() throws IOException {
    Path left = Files.createDirectories(folder.resolve(".out.pinion-1/earlier"));
    assertThat(StagingFolder.recover(hadoop(target), CONFIGURATION))
        .singleElement()
        .asString()
        .contains("another run writes to")
        .contains("or was cut off");
    assertThat(left).exists();
    assertThat(Files.readString(target.resolve("part-1"))).isEqualTo("old");
  }

  /** Files that cannot be deleted at the first try, as where the JVM ends in between. */
  public static final class FailingOnce extends RawLocalFileSystem {
    private boolean failed;

    @Override
    public URI getUri() {
      return URI.create("once:///");
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      if (!failed) {
        failed = true;
        throw new IOException("cut off");
      }
      return super.delete(path, recursive);
    }
  }

  @Test
  void whatCannotBeDeletedIsDeletedWhenTheJvmEnds() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.once.impl", FailingOnce.class.getName());
    org.apache.hadoop.fs.Path place =
        new org.apache.hadoop.fs.Path("once", null, target.toString());
    FileSystem files = place.getFileSystem(configuration);
    StagingFolder staging = StagingFolder.of(place, configuration);
    assertThatThrownBy(staging::discard).isInstanceOf(IOException.class);
    assertThat(JobTest.entries(folder)).hasSize(2);
    files.close();
    assertThat(JobTest.entries(folder)).containsExactly("out");
  }

  /** What is noted of rows that are held stays true, even if the application ends then. */
  @Test
  void rowsThatAreHeldOutliveTheApplication() throws IOException {
    StagingFolder held = StagingFolder.of(hadoop(target), CONFIGURATION);
    write(held);
    held.hold();
    held.discard();
    assertThat(held.exists()).isTrue();
    held.replaceTarget("files");
    assertThat(target.resolve("part-2")).hasContent("new");
    StagingFolder deleted = StagingFolder.of(hadoop(target), CONFIGURATION);
    Files.delete(Path.of(deleted.root().toUri().getPath()));
    assertThatThrownBy(deleted::hold).hasMessageContaining("since the application ends");
  }
}
