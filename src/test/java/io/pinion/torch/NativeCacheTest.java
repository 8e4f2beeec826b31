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
  void withoutAHomeItHasANameThatNobodyCanHaveTaken() throws IOException {
    Path home = folder.resolve("none");
    Path cache = NativeCache.folder(home, folder);
    assertThat(cache.getParent()).isEqualTo(folder);
    assertThat(cache.getFileName().toString()).startsWith("pinion-native-");
    assertThat(permissions(cache)).isEqualTo("rwx------");
    assertThat(NativeCache.folder(home, folder)).isNotEqualTo(cache);
  }
}
