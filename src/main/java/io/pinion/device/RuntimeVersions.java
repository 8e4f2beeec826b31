package io.pinion.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes the runtime for the log and the report: versions, hardware and peak memory. */
public final class RuntimeVersions {
  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

  /**
   * Of {@code ... Kernel Module 570.124.06 ...}, or of {@code ... Open Kernel Module for x86_64
   * 580.159.04 ...}.
   */
  static final String DRIVER_VERSION = "\\s(\\d{3}\\.\\d+(?:\\.\\d+)?)\\s";

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");

  private static final Map<String, Long> PEAKS = new ConcurrentHashMap<>();

  private RuntimeVersions() {}

  /**
   * The versions of engine, PyTorch, CUDA, driver, CPU kernels, DJL and Java by name; "none" for
   * what is absent.
   */
  public static Map<String, String> read() {
    Engine engine = Libtorch.engine();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("engine", engine.getEngineName());
    versions.put("pytorch", Libtorch.build().version());
    versions.put("cuda", Libtorch.build().cuda());
    versions.put("driver", driver());
    versions.put("kernels", CpuKernels.level());
    versions.put("djl", Engine.getDjlVersion());
    versions.put("java", System.getProperty("java.version"));
    return versions;
  }

  private static String driver() {
    return first(NVIDIA_DRIVER, DRIVER_VERSION, "none");
  }

  /** The UUIDs of the GPUs that PyTorch sees, by CUDA's index; empty if it sees none. */
  public static List<String> gpuUuids() {
    int count = Libtorch.gpuCount();
    return count == 0 ? List.of() : CudaDriver.gpus().stream().limit(count).map(Gpu::uuid).toList();
  }

  /** A GPU's compute capability times ten, such as 90; 0 for a CPU. */
  public static int capability(Device device) {
    return device.isGpu() ? CudaDriver.gpus().get(device.getDeviceId()).capability() : 0;
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
    Gpu gpu = CudaDriver.gpus().get(device.getDeviceId());
    return "%s (sm_%d), %d GiB".formatted(gpu.name(), gpu.capability(), gpu.bytes() >> 30);
  }

  /** The peak memory of this process in bytes; 0 if the system does not report it. */
  public static long peakProcessBytes() {
    return Long.parseLong(first(PROCESS_STATUS, "VmHWM:\\s*(\\d+) kB", "0")) << 10;
  }

  /**
   * The most bytes that this process was seen to hold: its own memory for a CPU; for GPUs, that on
   * the fullest of them. libtorch keeps what tensors freed, so on a GPU the amount falls only when
   * memory runs short. Where the driver does not tell processes apart, others' memory is counted.
   */
  public static long peakBytes(List<Device> devices) {
    if (!devices.get(0).isGpu()) {
      return peakProcessBytes();
    }
    List<Gpu> gpus = CudaDriver.gpus();
    return devices.stream()
        .mapToLong(device -> peak(gpus.get(device.getDeviceId())))
        .max()
        .orElse(0);
  }

  private static long peak(Gpu gpu) {
    long used = Nvml.used(gpu.uuid()).orElseGet(() -> gpu.bytes() - CudaDriver.free(gpu.index()));
    return PEAKS.merge(gpu.uuid(), used, Math::max);
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
