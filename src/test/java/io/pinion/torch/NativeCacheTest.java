package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
  @TempDir Path folder;

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void theFolderIsTheUsersAlone() throws IOException {
    Path cache = NativeCache.folder(folder, folder);
    assertThat(cache).isEqualTo(folder.resolve(".djl.ai"));
    assertThat(permissions(cache)).isEqualTo("rwx------");
    assertThat(NativeCache.folder(folder, folder)).isEqualTo(cache);
  }

  @Test
  void withoutAHomeItIsAFolderThatNobodyElseMade() throws IOException {
    Path home = folder.resolve("none");
    Path cache = NativeCache.folder(home, folder);
    assertThat(cache.getParent()).isEqualTo(folder);
    assertThat(permissions(cache)).isEqualTo("rwx------");
    assertThat(NativeCache.folder(home, folder)).isEqualTo(cache);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path other = NativeCache.folder(home, folder);
    assertThat(other).isNotEqualTo(cache);
    assertThat(permissions(other)).isEqualTo("rwx------");
    Files.delete(cache);
    Files.createSymbolicLink(cache, other);
    assertThat(NativeCache.folder(home, folder)).isNotIn(cache, other);
  }
}
