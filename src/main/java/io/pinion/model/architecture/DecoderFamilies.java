package io.pinion.model.architecture;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.architecture.block.Decoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The families that Pinion can run: all that are registered as services on the class path. */
public final class DecoderFamilies {
  private DecoderFamilies() {}

  private static final class Loaded {
    static final List<DecoderFamily> ALL =
        ServiceLoader.load(DecoderFamily.class, DecoderFamily.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    static final Map<String, DecoderFamily> BY_NAME = byName(ALL);
  }

  /**
   * The family that a file names.
   *
   * @param where the file and key, as in {@code config.json has model_type}
   * @throws ModelException if it is not known; the message lists those that are
   */
  public static DecoderFamily of(Object name, String where) {
    DecoderFamily family = name instanceof String ? Loaded.BY_NAME.get(name) : null;
    if (family == null) {
      throw new ModelException(
          where + " '" + name + "', which Pinion cannot run. It runs " + known());
    }
    return family;
  }

  /** The family of a model. */
  public static DecoderFamily of(ModelConfig config) {
    return of(config.architecture(), "the model has architecture");
  }

  /** A model's decoder. */
  public static Decoder decoder(ModelConfig config) {
    return of(config).decoder(config);
  }

  private static List<String> known() {
    return Loaded.ALL.stream().map(family -> family.names().get(0)).sorted().toList();
  }

  private static Map<String, DecoderFamily> byName(List<DecoderFamily> families) {
    Map<String, DecoderFamily> byName = new HashMap<>();
    for (DecoderFamily family : families) {
      for (String name : family.names()) {
        DecoderFamily other = byName.put(name, family);
        if (other != null) {
          throw new IllegalStateException(
              "architecture " + name + " is claimed by " + other + " and by " + family);
        }
      }
    }
    return byName;
  }
}
