package io.pinion.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.pinion.torch.Libtorch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Asks NVIDIA's driver, {@code libcuda.so.1}, about GPUs. What it is asked opens no context, except
 * {@link #free}, and that on the device asked about alone. Thread-safe.
 */
final class CudaDriver {
  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int NAME_LENGTH = 256;
  private static final int UUID_LENGTH = 16;

  private CudaDriver() {}

  private static final class Loaded {
    static final Optional<NativeLibrary> LIBRARY = library();

    private static Optional<NativeLibrary> library() {
      // Sets the order in which CUDA counts, which it reads once.
      Libtorch.engine();
      try {
        NativeLibrary library = NativeLibrary.getInstance("libcuda.so.1");
        // A machine may have the library without a GPU; that is no error, there is just none.
        int status = library.getFunction("cuInit").invokeInt(new Object[] {0});
        return status == 0 ? Optional.of(library) : Optional.empty();
      } catch (UnsatisfiedLinkError e) {
        return Optional.empty();
      }
    }
  }

  /** The GPUs that this process can use, by index; empty without a driver. */
  static List<Gpu> gpus() {
    List<Gpu> gpus = new ArrayList<>();
    if (Loaded.LIBRARY.isPresent()) {
      IntByReference count = new IntByReference();
      call("cuDeviceGetCount", count);
      for (int index = 0; index < count.getValue(); index++) {
        gpus.add(gpu(index));
      }
    }
    return gpus;
  }

  private static Gpu gpu(int index) {
    int device = device(index);
    Memory name = new Memory(NAME_LENGTH);
    call("cuDeviceGetName", name, NAME_LENGTH, device);
    LongByReference bytes = new LongByReference();
    call("cuDeviceTotalMem_v2", bytes, device);
    int capability = 10 * attribute(MAJOR, device) + attribute(MINOR, device);
    return new Gpu(index, uuid(device), name.getString(0), capability, bytes.getValue());
  }

  private static int device(int index) {
    IntByReference device = new IntByReference();
    call("cuDeviceGet", device, index);
    return device.getValue();
  }

  private static int attribute(int attribute, int device) {
    IntByReference value = new IntByReference();
    call("cuDeviceGetAttribute", value, attribute, device);
    return value.getValue();
  }

  /** The driver gives the 16 bytes alone; a part of a GPU has its own, with another prefix. */
  private static String uuid(int device) {
    Memory whole = new Memory(UUID_LENGTH);
    Memory own = new Memory(UUID_LENGTH);
    call("cuDeviceGetUuid", whole, device);
    call("cuDeviceGetUuid_v2", own, device);
    byte[] bytes = own.getByteArray(0, UUID_LENGTH);
    boolean part = !Arrays.equals(bytes, whole.getByteArray(0, UUID_LENGTH));
    StringBuilder text = new StringBuilder(part ? "MIG-" : "GPU-");
    for (int i = 0; i < UUID_LENGTH; i++) {
      text.append(i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "")
          .append("%02x".formatted(bytes[i]));
    }
    return text.toString();
  }

  /** The bytes of a GPU that can still be allocated. */
  static long free(int index) {
    int device = device(index);
    // The context that libtorch uses for the device, too.
    PointerByReference context = new PointerByReference();
    call("cuDevicePrimaryCtxRetain", context, device);
    try {
      call("cuCtxPushCurrent_v2", context.getValue());
      try {
        LongByReference free = new LongByReference();
        call("cuMemGetInfo_v2", free, new LongByReference());
        return free.getValue();
      } finally {
        call("cuCtxPopCurrent_v2", new PointerByReference());
      }
    } finally {
      call("cuDevicePrimaryCtxRelease_v2", device);
    }
  }

  private static void call(String function, Object... arguments) {
    NativeLibrary library =
        Loaded.LIBRARY.orElseThrow(() -> new DeviceException("there is no NVIDIA driver"));
    int status = library.getFunction(function).invokeInt(arguments);
    if (status != 0) {
      PointerByReference text = new PointerByReference();
      library.getFunction("cuGetErrorString").invokeInt(new Object[] {status, text});
      Pointer reason = text.getValue();
      throw new DeviceException(
          "NVIDIA's driver reports for "
              + function
              + ": "
              + (reason == null
                  ? "error " + status
                  : reason.getString(0, StandardCharsets.UTF_8.name())));
    }
  }
}
