package io.pinion.engine;

import ai.djl.Device;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.ModelLimits;

/**
 * Settings of a generator over shared weights, with all defaults resolved: the part of {@link
 * ModelOptions} that does not affect the weights.
 */
public record GeneratorSettings(ModelLimits limits, BatchSettings batch) {
  /** KV cache slots on a CPU if the options set none. */
  public static final int DEFAULT_SLOTS = 64;

  /** KV cache slots on a GPU if the options set none; its memory may let fewer rows in. */
  public static final int DEFAULT_GPU_SLOTS = 256;

  /**
   * Resolves the settings of a model's generator.
   *
   * @param device the first of the model's devices
   * @throws ModelException if the options ask for more than the model supports
   */
  public static GeneratorSettings of(ModelOptions options, ModelConfig config, Device device) {
    int usual = device.isGpu() ? DEFAULT_GPU_SLOTS : DEFAULT_SLOTS;
    int slots = options.slots() == 0 ? usual : options.slots();
    int processors = Runtime.getRuntime().availableProcessors();
    int cores = options.threads() == 0 ? processors : options.threads();
    return new GeneratorSettings(
        new ModelLimits(
            atLeastOne("batch.slots", slots),
            maxLength(options, config),
            atLeastOne("model.threads", cores)),
        new BatchSettings(
            slots,
            options.plain(),
            device.isGpu() ? BatchSettings.GPU_PREFILL_TOKENS : BatchSettings.PREFILL_TOKENS,
            options.speculate() ? BatchSettings.DRAFT_TOKENS : 0));
  }

  private static int atLeastOne(String setting, int value) {
    if (value < 1) {
      throw new ModelException(setting + " is " + value + "; it must be 1 or more");
    }
    return value;
  }

  private static int maxLength(ModelOptions options, ModelConfig config) {
    int most = config.maxPositionEmbeddings();
    int wanted = options.maxModelLength() == 0 ? most : options.maxModelLength();
    if (wanted > most) {
      throw new ModelException(
          "max-model-length "
              + wanted
              + " is more than the "
              + most
              + " positions that the model was made for");
    }
    return atLeastOne("max-model-length", wanted);
  }
}
