package io.pinion.model.decoder;

import io.pinion.model.architecture.block.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records the weights of a stage in the order in which the source uses them: before the layers, in
 * each layer, and after the layers. This order alone determines a weight's index in the source and
 * when it is loaded.
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

  /** Following weights belong to each layer. */
  void enterLayer() {
    section = perLayer;
  }

  /** Following weights come after the layers. */
  void leaveLayers() {
    section = behind;
  }

  /** The next weight, as an expression. */
  String next(WeightSpec spec) {
    section.add(spec);
    return at(section, section.size() - 1);
  }

  /** The weight before the layers that is made from the same tensor, as an expression. */
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

  /** Index of the first layer's first weight. */
  int firstOfLayers() {
    return before.size();
  }

  /** Number of weights per layer; known once the layer has been written. */
  int countPerLayer() {
    return perLayer.size();
  }

  private int firstBehind() {
    return firstOfLayers() + stage.layers() * perLayer.size();
  }

  /** All weights of the stage, in order. */
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
