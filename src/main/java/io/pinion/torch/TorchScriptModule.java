package io.pinion.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript class compiled by libtorch from source text, on an explicit device.
 *
 * <p>libtorch loads a class from an archive that holds its source, a pickled instance and its
 * constants. {@link #compile} writes such an archive of a few kilobytes in memory; weights are
 * passed in afterwards as tensors, so no third-party file is unpickled. No file is written, unlike
 * with {@code ai.djl.Model}, which could load the archive too but creates a temporary folder for
 * each.
 *
 * <p>Not thread-safe. The caller of {@link #compile} closes it.
 */
public final class TorchScriptModule implements AutoCloseable {
  private static final String NAME = "pinion";

  private final PtSymbolBlock block;
  private final PtNDManager manager;

  private TorchScriptModule(PtSymbolBlock block, PtNDManager manager) {
    this.block = block;
    this.manager = manager;
  }

  /**
   * Compiles the class {@code className} from source text.
   *
   * @param lists the names of its attributes of type {@code List[Tensor]}, which start out empty
   * @throws TorchScriptException if libtorch rejects the source
   */
  public static TorchScriptModule compile(
      String className, String source, Device device, String... lists) {
    PtNDManager manager = (PtNDManager) Libtorch.engine().newBaseManager(device);
    try {
      InputStream archive = new ByteArrayInputStream(archive(className, source, lists));
      return new TorchScriptModule(JniUtils.loadModule(manager, archive, true, false), manager);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw new TorchScriptException("libtorch rejects the TorchScript class " + className, e);
    } catch (Error e) {
      manager.close();
      throw e;
    }
  }

  /** The manager that owns the module and its tensors; it lives as long as the module. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Calls a method that returns a tensor.
   *
   * @param owner the manager that the result is attached to
   * @param arguments closed by this call; the tensors inside stay open
   */
  public NDArray call(NDManager owner, String method, IValue... arguments) {
    try (IValue result = value(method, arguments)) {
      return result.toTensor((PtNDManager) owner);
    }
  }

  /** Calls a method that returns a list of tensors; see {@link #call}. */
  public NDArray[] callForList(NDManager owner, String method, IValue... arguments) {
    try (IValue result = value(method, arguments)) {
      return result.toTensorArray((PtNDManager) owner);
    }
  }

  /** Calls a method for its side effects; see {@link #call}. */
  public void run(String method, IValue... arguments) {
    value(method, arguments).close();
  }

  /**
   * Calls a method; see {@link #call}.
   *
   * @return its result, of any type; the caller closes it, or passes it as an argument to another
   *     call
   */
  public IValue value(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  /** A tensor as an argument. */
  public static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  /** A list of tensors as an argument. */
  public static IValue tensors(NDArray... arrays) {
    PtNDArray[] list = new PtNDArray[arrays.length];
    System.arraycopy(arrays, 0, list, 0, arrays.length);
    return IValue.listFrom(list);
  }

  @Override
  public void close() {
    manager.close();
  }

  private static byte[] archive(String className, String source, String... lists)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickledInstance(className, lists));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  /** Writes, in pickle protocol 2, a new object of the class with its attributes as a dict. */
  private static byte[] pickledInstance(String className, String... lists) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {')', (byte) 0x81, '}', '('});
    writeKey(out, "training");
    out.write((byte) 0x89);
    for (String list : lists) {
      writeKey(out, list);
      out.write(']');
    }
    out.write(new byte[] {'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void writeKey(ByteArrayOutputStream out, String key) throws IOException {
    byte[] text = key.getBytes(StandardCharsets.US_ASCII);
    out.write(new byte[] {'X', (byte) text.length, 0, 0, 0});
    out.write(text);
  }

  private static void store(ZipOutputStream zip, String path, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(NAME + "/" + path);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
