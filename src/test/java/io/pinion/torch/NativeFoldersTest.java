package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFoldersTest {
  @TempDir Path temporary;

  private Path root;

  @BeforeEach
  void resolve() throws IOException {
    root = temporary.toRealPath();
  }

  private NativeFolders mounts(String... lines) throws IOException {
    return new NativeFolders(Files.write(root.resolve("mountinfo"), java.util.List.of(lines)));
  }

  private static String mount(Path point, String options) {
    return "36 35 98:0 / "
        + point.toString().replace(" ", "\\040")
        + " "
        + options
        + " shared:1 - tmpfs tmpfs rw";
  }

  @Test
  void aFolderOnAFileSystemWithoutProgramsIsNamedWithTheRemedy() throws IOException {
    Path folder = root.resolve("no programs/cache");
    NativeFolders folders =
        mounts(
            mount(Path.of("/"), "rw,relatime"),
            mount(root.resolve("no programs"), "rw,nosuid,noexec"));
    assertThat(folders.problem(Map.of(root, "nothing"))).isEmpty();
    Files.createDirectories(root.resolve("no programs"));
    assertThat(folders.problem(Map.of(folder, "DJL_CACHE_DIR")))
        .hasValue(
            "native libraries cannot run from "
                + folder
                + ", which is on a file system mounted with noexec: name a folder where programs"
                + " may run by DJL_CACHE_DIR");
  }

  @Test
  void theInnermostAndLastMountCounts() throws IOException {
    Files.createDirectories(root.resolve("a/b"));
    Map<Path, String> inner = Map.of(root.resolve("a/b"), "x");
    assertThat(mounts(mount(root.resolve("a/b"), "rw"), mount(root, "noexec")).problem(inner))
        .isEmpty();
    assertThat(mounts(mount(root, "rw"), mount(root, "noexec")).problem(inner)).isPresent();
    assertThat(mounts(mount(root, "noexec"), mount(root, "rw")).problem(inner)).isEmpty();
    assertThat(mounts(mount(root.resolve("ab"), "noexec")).problem(inner)).isEmpty();
  }

  @Test
  void aLinkCountsAsTheFolderThatItNames() throws IOException {
    Files.createDirectories(root.resolve("real"));
    Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("real"));
    assertThat(mounts(mount(root.resolve("real"), "noexec")).problem(Map.of(link, "x")))
        .isPresent();
  }

  @Test
  void jnaUsesItsSettingElseTheCacheOfTheUser() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertThat(NativeFolders.jna("/somewhere", Map.of())).isEqualTo(Path.of("/somewhere"));
    assertThat(NativeFolders.jna(null, Map.of("XDG_CACHE_HOME", root.toString())))
        .isEqualTo(root.resolve("JNA/temp"));
    assertThat(NativeFolders.jna(null, Map.of("XDG_CACHE_HOME", file.toString())))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
  }

  @Test
  void aSystemWithoutAListOfMountsHasNoProblem() {
    assertThat(new NativeFolders(root.resolve("none")).problem(Map.of(root, "x"))).isEmpty();
  }
}
