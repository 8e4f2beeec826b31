package io.pinion.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes the runtime for the log and the report: versions, hardware and peak memory. */
public final class RuntimeVersions {
  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final Path NVIDIA_GPUS = Path.of("/proc/driver/nvidia/gpus");
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");

  private RuntimeVersions() {}

  /**
   * The versions of engine, PyTorch, CUDA, driver, CPU kernels, DJL and Java by name; "none" for
   * what is absent.
   */
  public static Map<String, String> read() {
    Engine engine = Libtorch.engine();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("engine", engine.getEngineName());
    versions.put("pytorch", engine.getVersion());
    versions.put("cuda", CudaUtils.hasCuda() ? CudaUtils.getCudaVersionString() : "none");
    versions.put("driver", first(NVIDIA_DRIVER, "Kernel Module\\D*([\\d.]+)", "none"));
    versions.put("kernels", CpuKernels.level());
    versions.put("djl", Engine.getDjlVersion());
    versions.put("java", System.getProperty("java.version"));
    return versions;
  }

  /** How many GPUs PyTorch sees. */
  public static int gpuCount() {
    return Libtorch.engine().getGpuCount();
  }

  /** A device's model and memory as text, such as {@code NVIDIA H100 (sm_90), 80 GiB}. */
  public static String hardware(Device device) {
    if (!device.isGpu()) {
      long bytes = Long.parseLong(first(MEMORY_INFO, "MemTotal:\\s*(\\d+) kB", "0")) << 10;
      return first(CPU_INFO, "model name\\s*:\\s*(.*)", System.getProperty("os.arch"))
          + " with "
          + Runtime.getRuntime().availableProcessors()
          + " cores, "
          + (bytes >> 30)
          + " GiB";
    }
    return gpuModels()
        + " (sm_"
        + CudaUtils.getComputeCapability(device.getDeviceId())
        + "), "
        + (CudaUtils.getGpuMemory(device).getMax() >> 30)
        + " GiB";
  }

  /** The models of the machine's GPUs; one name if all are the same. */
  private static String gpuModels() {
    if (!Files.isDirectory(NVIDIA_GPUS)) {
      return "GPU";
    }
    try (Stream<Path> gpus = Files.list(NVIDIA_GPUS)) {
      return gpus.map(gpu -> first(gpu.resolve("information"), "Model:\\s*(.*)", "GPU"))
          .distinct()
          .collect(Collectors.joining(" or "));
    } catch (IOException e) {
      throw new DeviceException("cannot read " + NVIDIA_GPUS + ": " + e.getMessage());
    }
  }

  /** The peak memory of this process in bytes; 0 if the system does not report it. */
  public static long peakProcessBytes() {
    return Long.parseLong(first(PROCESS_STATUS, "VmHWM:\\s*(\\d+) kB", "0")) << 10;
  }

  /**
   * Memory use in bytes: the process's peak for a CPU; for GPUs, what is now in use on the fullest.
   */
  public static long peakBytes(List<Device> devices) {
    if (!devices.get(0).isGpu()) {
      return peakProcessBytes();
    }
    return devices.stream()
        .mapToLong(device -> CudaUtils.getGpuMemory(device).getUsed())
        .max()
        .orElse(0);
  }

  private static String first(Path file, String pattern, String otherwise) {
    if (!Files.isReadable(file)) {
      return otherwise;
    }
    try {
      Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
      return matcher.find() ? matcher.group(1) : otherwise;
    } catch (IOException e) {
      throw new DeviceException("cannot read " + file + ": " + e.getMessage());
    }
  }
}
