package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.RuntimeVersions;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.DtypeChoice;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which model to load, and how to run it.
 *
 * @param uri a GGUF file, or a directory in Hugging Face's layout
 * @param revision which version of a model on a hub; empty for the newest
 * @param dtype auto, f32, bf16, f16 or int8
 * @param maxModelLength the maximum length of prompt and completion together, in tokens; 0 for the
 *     model's own limit
 * @param slots how many sequences are generated at once; 0 for the default
 * @param plain whether to generate by the plain path: one token per row and step, the slow
 *     reference that results are compared with
 * @param speculate whether steps with few tokens add draft tokens (speculative decoding); the
 *     generated tokens are the same
 * @param threads how many CPU threads a forward pass may use if the device is the CPU; 0 for all
 *     processors
 */
public record ModelOptions(
    String uri,
    String revision,
    String dtype,
    int maxModelLength,
    int slots,
    boolean plain,
    boolean speculate,
    int threads)
    implements Serializable {

  /**
   * The model's path on this machine.
   *
   * @throws ModelException if nothing is there
   */
  Path path() {
    Path path = Path.of(uri.startsWith("file:") ? URI.create(uri).getPath() : uri);
    if (!Files.exists(path)) {
      throw new ModelException(
          "model "
              + uri
              + " does not exist on this machine: name a GGUF file or a directory with"
              + " config.json, tokenizer.json and safetensors that every executor can read");
    }
    return path;
  }

  /** The number formats of {@link #dtype} on a device. */
  DtypeChoice dtypeOn(Device device) {
    return DtypeChoice.of(dtype, device, RuntimeVersions.capability(device));
  }

  /** The same options with another number of threads. */
  public ModelOptions withThreads(int number) {
    return new ModelOptions(uri, revision, dtype, maxModelLength, slots, plain, speculate, number);
  }
}
