package io.pinion.model.runtime;

import ai.djl.Device;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The number formats that a job's {@code dtype} selects on a device.
 *
 * @param type of the weights: F32, BF16 or F16; with int8, only of those that are not matrices
 * @param int8 whether matrices are stored and multiplied in 8 bits
 */
public record DtypeChoice(TensorType type, boolean int8) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private static final String INT8 = "int8";
  private static final int BF16_CAPABILITY = 80;

  /**
   * The choice for a device.
   *
   * <p>{@code auto} is BF16 on a CPU with bf16 instructions and on a GPU with them, which came with
   * compute capability 8.0, F16 on an older GPU, and F32 on any other CPU, where libtorch emulates
   * bf16 at less than half the speed of f32.
   *
   * <p>{@code int8} applies to matrices only; everything else has the type of {@code auto}.
   *
   * @param dtype auto, f32, bf16, f16 or int8
   * @param capability a GPU's compute capability times ten, such as 75; unused for a CPU
   * @throws ModelException for any other {@code dtype}, or if the device does not support int8
   */
  public static DtypeChoice of(String dtype, Device device, int capability) {
    return switch (dtype.toLowerCase(Locale.ROOT)) {
      case "f32" -> new DtypeChoice(TensorType.F32, false);
      case "bf16" -> new DtypeChoice(TensorType.BF16, false);
      case "f16" -> new DtypeChoice(TensorType.F16, false);
      case "auto" -> new DtypeChoice(fastest(device, capability), false);
      case INT8 -> {
        requireInt8(device, cpuFlags());
        yield new DtypeChoice(fastest(device, capability), true);
      }
      default ->
          throw new ModelException(
              "dtype '" + dtype + "' is unknown: it is one of auto, f32, bf16, f16, int8");
    };
  }

  private static TensorType fastest(Device device, int capability) {
    if (device.isGpu()) {
      return capability >= BF16_CAPABILITY ? TensorType.BF16 : TensorType.F16;
    }
    return multipliesBf16(cpuFlags()) ? TensorType.BF16 : TensorType.F32;
  }

  /** The choice as a job writes it: f32, bf16, f16 or int8. */
  public String text() {
    return int8 ? INT8 : type.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Without these instructions, sums of two products overflow 16 bits and are silently saturated.
   */
  static void requireInt8(Device device, List<String> flags) {
    if (device.isGpu()) {
      throw new ModelException("dtype int8 is for CPUs; on " + device + " use bf16");
    }
    if (!flags.contains("avx512_vnni") && !flags.contains("avx_vnni")) {
      throw new ModelException(
          "dtype int8 needs a CPU with avx512_vnni or avx_vnni, which this CPU lacks: use auto");
    }
  }

  /** Whether a processor with these flags multiplies bf16 in hardware. */
  static boolean multipliesBf16(List<String> flags) {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
  }

  static List<String> cpuFlags() {
    if (!Files.isReadable(CPU_INFO)) {
      return List.of();
    }
    try (var lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> List.of(line.substring(line.indexOf(':') + 1).trim().split(" ")))
          .orElse(List.of());
    } catch (IOException e) {
      throw new ModelException("cannot read " + CPU_INFO, e);
    }
  }
}
