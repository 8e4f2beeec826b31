package io.pinion.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks NVIDIA's management library, {@code libnvidia-ml.so.1}, what {@code nvidia-smi} would print.
 * Opens no context on a GPU. Thread-safe.
 */
final class Nvml {
  /** An nvmlProcessInfo_t: pid, padding, bytes, and the two identifiers of a part of a GPU. */
  private static final int PROCESS_SIZE = 24;

  private static final int BYTES_AT = 8;
  private static final int MAX_PROCESSES = 512;

  private Nvml() {}

  private static final class Loaded {
    static final Optional<NativeLibrary> LIBRARY = library();

    private static Optional<NativeLibrary> library() {
      try {
        NativeLibrary library = NativeLibrary.getInstance("libnvidia-ml.so.1");
        int status = library.getFunction("nvmlInit_v2").invokeInt(new Object[0]);
        return status == 0 ? Optional.of(library) : Optional.empty();
      } catch (UnsatisfiedLinkError e) {
        return Optional.empty();
      }
    }
  }

  /**
   * The bytes that this process holds on a GPU. Empty without the library, and in containers that
   * hide the numbers that the driver knows their processes by.
   */
  static OptionalLong used(String uuid) {
    return Loaded.LIBRARY.map(library -> used(library, uuid)).orElse(OptionalLong.empty());
  }

  private static OptionalLong used(NativeLibrary library, String uuid) {
    PointerByReference device = new PointerByReference();
    Object[] byUuid = {uuid, device};
    if (library.getFunction("nvmlDeviceGetHandleByUUID").invokeInt(byUuid) != 0) {
      return OptionalLong.empty();
    }
    IntByReference count = new IntByReference(MAX_PROCESSES);
    Memory processes = new Memory((long) MAX_PROCESSES * PROCESS_SIZE);
    Object[] running = {device.getValue(), count, processes};
    if (library.getFunction("nvmlDeviceGetComputeRunningProcesses_v3").invokeInt(running) != 0) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < count.getValue(); i++) {
      long at = (long) i * PROCESS_SIZE;
      if (processes.getInt(at) == ProcessHandle.current().pid()) {
        return OptionalLong.of(processes.getLong(at + BYTES_AT));
      }
    }
    return OptionalLong.empty();
  }
}
