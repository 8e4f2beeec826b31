package io.pinion.guide;

import java.nio.file.Path;

/** Where the data of the guide tests lies. */
final class SharedData {
  private SharedData() {}

  static Path guide(String name) {
    return Path.of(System.getProperty("pinion.shared", "/work/shared"), "guide", name);
  }
}
