package io.pinion.job.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A file that a user names: a path of the driver's machine or, with a scheme such as {@code hdfs:},
 * of one of Hadoop's file systems, with the settings that Spark was started with ({@code
 * spark.hadoop.*}).
 */
public record NamedFile(String name) {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  /** Whether it has a scheme. */
  public boolean isOfHadoop() {
    return SCHEME.matcher(name).matches();
  }

  /**
   * The path of a file without a scheme.
   *
   * @throws java.nio.file.InvalidPathException if it is none
   */
  public java.nio.file.Path local() {
    return java.nio.file.Path.of(name);
  }

  /**
   * The file with its file system.
   *
   * @throws IllegalArgumentException if the name is no path
   */
  public Path path() {
    return isOfHadoop() ? new Path(name) : new Path(local().toUri());
  }

  /** Opens the file; the caller closes the stream. */
  public InputStream open() throws IOException {
    return isOfHadoop() ? files().open(path()) : Files.newInputStream(local());
  }

  /** Writes a text in place of what the file has. */
  public void write(String text) throws IOException {
    if (!isOfHadoop()) {
      Files.writeString(local(), text);
      return;
    }
    try (OutputStream out = files().create(path(), true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Makes the folder that the file is in.
   *
   * @throws IOException if it cannot be made
   */
  public void makeFolder() throws IOException {
    if (!isOfHadoop()) {
      Files.createDirectories(local().toAbsolutePath().getParent());
    } else if (path().getParent() != null && !files().mkdirs(path().getParent())) {
      throw new IOException("the file system refuses");
    }
  }

  /**
   * Whether a text can be written, as far as can be asked: not over a folder, and on the driver's
   * machine with the permission to. The folder that it is in must be there.
   */
  public boolean isWritable() throws IOException {
    if (isOfHadoop()) {
      return !(files().exists(path()) && files().getFileStatus(path()).isDirectory());
    }
    java.nio.file.Path file = local().toAbsolutePath();
    return !Files.isDirectory(file)
        && Files.isWritable(Files.exists(file) ? file : file.getParent());
  }

  private FileSystem files() throws IOException {
    Configuration started = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    return path().getFileSystem(started);
  }

  @Override
  public String toString() {
    return name;
  }
}
