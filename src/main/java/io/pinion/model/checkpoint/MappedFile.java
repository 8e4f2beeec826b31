package io.pinion.model.checkpoint;

import io.pinion.model.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** A memory-mapped file of weights, little-endian. Maps stay valid after it is closed. */
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final long size;

  private MappedFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens a file and returns the result of {@code reader}; closes the file if that fails.
   *
   * @throws ModelException if the file cannot be read
   */
  public static <T> T open(Path path, Function<MappedFile, T> reader) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return reader.apply(new MappedFile(path, channel, channel.size()));
    } catch (IOException e) {
      close(channel, e);
      throw new ModelException("cannot read " + path + ": " + e, e);
    } catch (RuntimeException | Error e) {
      close(channel, e);
      throw e;
    }
  }

  private static void close(FileChannel channel, Throwable reason) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  public Path path() {
    return path;
  }

  public long size() {
    return size;
  }

  public ByteBuffer map(long from, long length) {
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, from, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new ModelException("cannot read " + length + " bytes at " + from + " of " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ModelException("cannot close " + path, e);
    }
  }
}
