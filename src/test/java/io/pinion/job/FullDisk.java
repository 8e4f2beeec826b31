package io.pinion.job;

import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local file system under another scheme, on which there is no room for data while a file is
 * there.
 */
public final class FullDisk extends RawLocalFileSystem {
  /** The key of the file's path. */
  static final String MARK = "fs.full.mark";

  @Override
  public void initialize(URI uri, Configuration configuration) throws IOException {
    super.initialize(uri, configuration);
    setConf(configuration);
  }

  @Override
  public URI getUri() {
    return URI.create("full:///");
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path file, boolean append, FsPermission permission) throws IOException {
    OutputStream out = super.createOutputStreamWithMode(file, append, permission);
    return new Limited(out, new File(getConf().get(MARK)));
  }

  private static final class Limited extends FilterOutputStream {
    private final File mark;

    Limited(OutputStream out, File mark) {
      super(out);
      this.mark = mark;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (mark.exists()) {
        throw new IOException("No space left on device");
      }
      out.write(bytes, offset, length);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }
  }
}
