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
 * How a model's weights are stored in memory and multiplied, decided once when they are loaded.
 *
 * @param devices explicit devices, one for each stage of layers; all CPUs or all GPUs
 * @param type of vectors, hidden states and the cache on the devices: F32, BF16 or F16
 * @param matrices how matrices are stored and multiplied
 * @param kernels whether the fused kernels compute everything between two matrix multiplications
 * @param fusedAttention whether, without these kernels, attention is libtorch's fused operation
 *     where it can be: on GPUs, where it keeps the scores in FLOAT32 and out of memory
 */
public record ModelLayout(
    List<Device> devices,
    TensorType type,
    MatrixFormat matrices,
    boolean kernels,
    boolean fusedAttention) {

  public ModelLayout {
    devices = List.copyOf(devices);
  }

  /**
   * The fastest layout for a model on devices with a dtype.
   *
   * @throws ModelException if there are no devices, or more than the model has layers
   */
  public static ModelLayout of(ModelConfig config, List<Device> devices, DtypeChoice dtype) {
    if (devices.isEmpty() || devices.size() > config.layers()) {
      throw new ModelException(
          "a model of "
              + config.layers()
              + " layers cannot be split over "
              + devices.size()
              + " devices");
    }
    TensorType type = dtype.type();
    boolean kernels = devices.stream().allMatch(device -> FusedForward.fits(device, type, config));
    MatrixFormat matrices =
        dtype.int8() ? MatrixFormat.INT8 : MatrixFormat.of(devices.get(0), type);
    return new ModelLayout(devices, type, matrices, kernels, devices.get(0).isGpu());
  }

  /** Approximate bytes of a checkpoint's weights on all devices together. */
  long weightBytes(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    long embedding = (long) config.vocabularySize() * config.hiddenSize();
    boolean int8 = matrices == MatrixFormat.INT8;
    // If matrices are packed or quantized, a tied output matrix is a second copy of the embedding.
    // The embedding itself is never in 8 bits.
    long tied = config.tiedEmbeddings() && matrices != MatrixFormat.PLAIN ? embedding : 0;
    long multiplied = checkpoint.parameters() + tied - embedding;
    return multiplied * (int8 ? 1 : type.blockBytes()) + embedding * type.blockBytes();
  }

  /** Approximate bytes of the keys and values of a number of tokens on all devices together. */
  public long cacheBytes(ModelConfig config, long tokens) {
    return tokens
        * 2
        * config.layers()
        * config.keyValueHeads()
        * config.headDim()
        * type.blockBytes();
  }
}
