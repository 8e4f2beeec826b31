package io.pinion.guide;

import java.nio.file.Path;

/** Where the data of the guide tests lies. */
final class GuideData {
  private GuideData() {}

  static Path file(String name) {
    return Path.of("src/test/resources/guide", name);
  }
}
