package io.pinion.model.runtime;

import ai.djl.Device;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.FusedForward;
import io.pinion.model.decoder.MatrixFormat;
import java.util.List;

/**
 * How a model's weights lie in memory and what multiplies them, decided once when they are loaded.
 *
 * @param devices explicit devices, one for each stage of layers; all CPUs or all GPUs
 * @param type F32, BF16 or F16: what vectors, hidden states and the cache have on the devices
 * @param matrices how matrices are kept and multiplied
 * @param kernels whether the fused kernels run what lies between two products
 */
public record ModelLayout(
    List<Device> devices, TensorType type, MatrixFormat matrices, boolean kernels) {

  public ModelLayout {
    devices = List.copyOf(devices);
  }

  /**
   * The fastest layout for a model in a type on devices.
   *
   * @throws ModelException where there are no devices, or more than the model has layers
   */
  public static ModelLayout of(ModelConfig config, List<Device> devices, DtypeChoice dtype) {
    if (devices.isEmpty() || devices.size() > config.layers()) {
      throw new ModelException(
          "a model of "
              + config.layers()
              + " layers cannot be spread over "
              + devices.size()
              + " devices");
    }
    TensorType type = dtype.type();
    boolean kernels = devices.stream().allMatch(device -> FusedForward.fits(device, type, config));
    MatrixFormat matrices =
        dtype.int8() ? MatrixFormat.INT8 : MatrixFormat.of(devices.get(0), type);
    return new ModelLayout(devices, type, matrices, kernels);
  }

  /** About how many bytes a checkpoint's weights take on the devices together. */
  long weightBytes(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    long embedding = (long) config.vocabularySize() * config.hiddenSize();
    boolean int8 = matrices == MatrixFormat.INT8;
    // A tied output matrix that is laid out anew is a second copy of the embedding, which is never
    // in 8 bits.
    long tied = config.tiedEmbeddings() && matrices != MatrixFormat.PLAIN ? embedding : 0;
    long multiplied = checkpoint.parameters() + tied - embedding;
    return multiplied * (int8 ? 1 : type.blockBytes()) + embedding * type.blockBytes();
  }

  /** About how many bytes the keys and values of so many tokens take on the devices together. */
  public long cacheBytes(ModelConfig config, long tokens) {
    return tokens
        * 2
        * config.layers()
        * config.keyValueHeads()
        * config.headDim()
        * type.blockBytes();
  }
}
