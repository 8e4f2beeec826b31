package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFile.Guide;
import io.pinion.job.file.JobFile.Input;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.file.JobFile.Sampling;
import io.pinion.spark.TextGenerator;
import io.pinion.spark.metric.GenerationMetrics;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs a job: reads a table, puts a {@link TextGenerator} over it, writes the result. */
final class GenerationJob {
  private final JobFile job;
  private final SparkSession spark;
  private final TextGenerator generator;

  GenerationJob(JobFile job, SparkSession spark) {
    this.job = job;
    this.spark = spark;
    this.generator = generator(job);
  }

  /** The rows to generate for. */
  Dataset<Row> read() {
    Input input = job.input();
    DataFrameReader reader = spark.read().options(input.options());
    if (input.schema() != null) {
      reader = reader.schema(input.schema());
    }
    Dataset<Row> rows =
        input.format().equals("table")
            ? reader.table(input.table())
            : reader.format(input.format()).load(input.paths().toArray(String[]::new));
    if (input.limit() > 0) {
      rows = rows.limit(input.limit());
    }
    return input.partitions() > 0 ? rows.repartition(input.partitions()) : rows;
  }

  /**
   * The rows with what is generated for them; nothing runs yet.
   *
   * @throws JobException where the job does not fit the table's columns
   */
  Dataset<Row> transform(Dataset<Row> rows) {
    try {
      return generator.transform(rows);
    } catch (IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  /** Generates and writes. */
  void write(Dataset<Row> generated) {
    Output output = job.output();
    Dataset<Row> parts =
        output.partitions() > 0 ? generated.coalesce(output.partitions()) : generated;
    DataFrameWriter<Row> writer = parts.write().mode(output.mode()).options(output.options());
    if (output.format().equals("table")) {
      writer.saveAsTable(output.table());
    } else {
      writer.format(output.format()).save(output.path());
    }
  }

  /** The counters of the run. */
  GenerationMetrics metrics() {
    return generator.metrics();
  }

  private static TextGenerator generator(JobFile job) {
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl(job.model().uri())
            .setDtype(job.model().dtype())
            .setMaxModelLength(job.model().maxModelLength())
            .setRevision(job.model().revision())
            .setDevice(job.model().device())
            .setThreads(job.model().threads())
            .setOnError(job.onError())
            .setBatchSize(job.batch().slots())
            .setLookAhead(job.batch().lookAhead())
            .setPlain(job.batch().plain())
            .setSpeculate(job.batch().speculate())
            .setDeduplicate(job.batch().deduplicate())
            .setInclude(job.output().include().toArray(String[]::new));
    if (job.prompt().messagesColumn() != null) {
      generator.setMessagesCol(job.prompt().messagesColumn());
    } else {
      generator.setPromptTemplate(job.prompt().template());
    }
    if (job.prompt().system() != null) {
      generator.setSystem(job.prompt().system());
    }
    if (job.input().idColumn() != null) {
      generator.setIdCol(job.input().idColumn());
    }
    return sampled(guided(generator, job.guide()), job.sampling());
  }

  private static TextGenerator guided(TextGenerator generator, Guide guide) {
    generator
        .setGuide(guide.guide())
        .setPropertyOrder(guide.propertyOrder())
        .setWhiteSpace(guide.whiteSpace())
        .setCloseAtMaxTokens(guide.closeAtMaxTokens())
        .setParsedCol(guide.parsedColumn());
    if (guide.column() != null) {
      generator.setGuideCol(guide.column());
    }
    if (guide.kind() != null) {
      generator.setGuideKind(guide.kind());
    }
    return generator;
  }

  private static TextGenerator sampled(TextGenerator generator, Sampling sampling) {
    List<String> columns =
        sampling.columns().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    return generator
        .setTemperature(sampling.temperature())
        .setTopP(sampling.topP())
        .setTopK(sampling.topK())
        .setMinP(sampling.minP())
        .setRepetitionPenalty(sampling.repetitionPenalty())
        .setPresencePenalty(sampling.presencePenalty())
        .setFrequencyPenalty(sampling.frequencyPenalty())
        .setMaxTokens(sampling.maxTokens())
        .setMinTokens(sampling.minTokens())
        .setStop(sampling.stop().toArray(String[]::new))
        .setStopTokenIds(sampling.stopTokenIds().stream().mapToInt(Integer::intValue).toArray())
        .setSeed(sampling.seed())
        .setN(sampling.n())
        .setBeamWidth(sampling.beamWidth())
        .setIgnoreEos(sampling.ignoreEos())
        .setSamplingCols(columns.toArray(String[]::new));
  }
}
