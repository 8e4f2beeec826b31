package io.pinion.model.runtime;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's weights on their devices, shared by any number of {@link TorchScriptModel}s, each with
 * its own cache.
 *
 * <p>Thread-safe: weights do not change once they are loaded, and each model calls its own modules,
 * so models of several threads may run at once. libtorch counts references to tensors: weights are
 * freed when this and all models that use them are closed.
 */
public final class ModelWeights implements AutoCloseable {
  private final ModelConfig config;
  private final ModelLayout layout;
  private final List<StageWeights> stages;
  private final long bytes;

  private ModelWeights(
      ModelConfig config, ModelLayout layout, List<StageWeights> stages, long bytes) {
    this.config = config;
    this.layout = layout;
    this.stages = stages;
    this.bytes = bytes;
  }

  /**
   * Loads a checkpoint's weights. If that fails, nothing stays in memory.
   *
   * @throws ModelException if a weight is missing or has the wrong shape
   */
  public static ModelWeights load(Checkpoint checkpoint, ModelLayout layout) {
    ModelConfig config = checkpoint.config();
    List<Stage> split = LayerSplit.of(config, layout);
    List<StageWeights> stages = new ArrayList<>();
    try {
      for (int i = 0; i < split.size(); i++) {
        stages.add(StageLoader.load(checkpoint, split.get(i), layout.devices().get(i), layout));
      }
    } catch (RuntimeException | Error e) {
      stages.forEach(StageWeights::close);
      throw e;
    }
    return new ModelWeights(config, layout, stages, bytes(checkpoint, layout));
  }

  /** Approximate bytes that a checkpoint's weights will take on all devices together. */
  public static long bytes(Checkpoint checkpoint, ModelLayout layout) {
    return layout.weightBytes(checkpoint);
  }

  /**
   * Opens a model that uses the weights; the caller closes it, before or after the weights. If this
   * fails, the weights stay usable and nothing else stays in memory.
   */
  public TorchScriptModel open(ModelLimits limits, CacheRoom room) {
    return TorchScriptModel.open(config, layout, stages, limits, room);
  }

  /** As the other method, for a cache that may grow as far as the device has memory. */
  public TorchScriptModel open(ModelLimits limits) {
    return open(limits, CacheRoom.UNLIMITED);
  }

  public ModelConfig config() {
    return config;
  }

  public ModelLayout layout() {
    return layout;
  }

  /** Approximate bytes of the weights on all devices together. */
  public long bytes() {
    return bytes;
  }

  /** Releases the weights; no further model can be opened. */
  @Override
  public void close() {
    stages.forEach(StageWeights::close);
  }
}
