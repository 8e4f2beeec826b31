package io.pinion.model.decoder;

import io.pinion.model.architecture.block.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a stage in the order in which its text asks for them: those before the layers,
 * those of each layer, those behind. What the text calls a weight and when it is loaded follow from
 * this order alone.
 */
final class WeightCursor {
  private final Stage stage;
  private final List<WeightSpec> before = new ArrayList<>();
  private final List<WeightSpec> perLayer = new ArrayList<>();
  private final List<WeightSpec> behind = new ArrayList<>();
  private List<WeightSpec> section = before;

  WeightCursor(Stage stage) {
    this.stage = stage;
  }

  /** From here on weights are a layer's. */
  void enterLayer() {
    section = perLayer;
  }

  /** From here on weights are those behind the layers. */
  void leaveLayers() {
    section = behind;
  }

  /** The next weight, as an expression. */
  String next(WeightSpec spec) {
    section.add(spec);
    return at(section, section.size() - 1);
  }

  /** A weight before the layers that is made of the same tensor. */
  Optional<String> sameBefore(WeightSpec spec) {
    return before.stream()
        .filter(spec::sameTensor)
        .findFirst()
        .map(same -> at(before, before.indexOf(same)));
  }

  private String at(List<WeightSpec> list, int index) {
    if (list == perLayer) {
      return weight("base + " + index);
    }
    return weight(String.valueOf(list == before ? index : firstBehind() + index));
  }

  static String weight(String index) {
    return "self.weights[" + index + "]";
  }

  /** Where the weights of the first layer begin. */
  int firstOfLayers() {
    return before.size();
  }

  /** How many a layer has; known once it has been written. */
  int countPerLayer() {
    return perLayer.size();
  }

  private int firstBehind() {
    return firstOfLayers() + stage.layers() * perLayer.size();
  }

  /** All of the stage. */
  List<WeightSpec> all() {
    List<WeightSpec> all = new ArrayList<>(before);
    for (int layer = stage.from(); layer < stage.to(); layer++) {
      for (WeightSpec spec : perLayer) {
        all.add(spec.ofLayer(layer));
      }
    }
    all.addAll(behind);
    return all;
  }
}
