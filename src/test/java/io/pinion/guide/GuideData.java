package io.pinion.guide;

import java.nio.file.Path;

/** Where the data of the guide tests lies. */
public final class GuideData {
  private GuideData() {}

  public static Path file(String name) {
    return Path.of("src/test/resources/guide", name);
  }
}
