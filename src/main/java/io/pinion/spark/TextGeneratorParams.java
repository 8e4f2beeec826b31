package io.pinion.spark;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters of {@link TextGenerator}: each with its documentation, default and getter. */
public abstract class TextGeneratorParams extends Transformer {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> messagesCol;
  private final Param<String> promptTemplate;
  private final Param<String> system;
  private final Param<String> outputCol;
  private final Param<String> idCol;
  private final Param<String> modelUrl;
  private final Param<String> revision;
  private final Param<String> dtype;
  private final Param<String> device;
  private final IntParam maxModelLength;
  private final IntParam threads;
  private final IntParam batchSize;
  private final IntParam lookAhead;
  private final BooleanParam plain;
  private final BooleanParam speculate;
  private final BooleanParam deduplicate;
  private final DoubleParam temperature;
  private final DoubleParam topP;
  private final IntParam topK;
  private final DoubleParam minP;
  private final DoubleParam repetitionPenalty;
  private final DoubleParam presencePenalty;
  private final DoubleParam frequencyPenalty;
  private final IntParam maxTokens;
  private final IntParam minTokens;
  private final StringArrayParam stop;
  private final IntArrayParam stopTokenIds;
  private final LongParam seed;
  private final IntParam n;
  private final IntParam beamWidth;
  private final BooleanParam ignoreEos;
  private final StringArrayParam samplingCols;
  private final Param<String> onError;
  private final StringArrayParam include;
  private final Param<String> guide;
  private final Param<String> guideCol;
  private final Param<String> guideKind;
  private final Param<String> propertyOrder;
  private final IntParam whiteSpace;
  private final BooleanParam closeAtMaxTokens;
  private final Param<String> parsedCol;

  TextGeneratorParams(String uid) {
    this.uid = uid;
    inputCol =
        new Param<>(
            this,
            "inputCol",
            "column with the prompt's text; or set messagesCol or promptTemplate");
    messagesCol =
        new Param<>(
            this,
            "messagesCol",
            "column with the conversation: array<struct<role:string,content:string>>");
    promptTemplate =
        new Param<>(this, "promptTemplate", "the prompt's text with {{ column }} placeholders");
    system = new Param<>(this, "system", "system message put before the prompt's text");
    outputCol = new Param<>(this, "outputCol", "column that takes the generated text");
    idCol =
        new Param<>(
            this,
            "idCol",
            "column that names a row in every run; with the seed, the source of its random numbers");
    modelUrl =
        new Param<>(
            this,
            "modelUrl",
            "GGUF file or directory in Hugging Face's layout, readable on every executor");
    revision = new Param<>(this, "revision", "version of a model on a hub");
    dtype =
        new Param<>(
            this, "dtype", "type of the weights on the device: auto, f32, bf16, f16 or int8");
    device =
        new Param<>(
            this,
            "device",
            "auto (what Spark's scheduler assigned, else the CPU), cpu, or gpu (refuse without one)");
    maxModelLength =
        new IntParam(
            this,
            "maxModelLength",
            "longest prompt and completion together, in tokens; 0 for the model's own");
    threads =
        new IntParam(
            this,
            "threads",
            "how many CPU threads a pass of the model may use where its device is the CPU; 0 for"
                + " the executor's cores");
    batchSize =
        new IntParam(
            this, "batchSize", "how many sequences a device generates at once (KV cache slots)");
    lookAhead = new IntParam(this, "lookAhead", "how many batches of rows a task reads ahead");
    plain =
        new BooleanParam(
            this,
            "plain",
            "generate one token a row and step, without what makes it fast; to compare with");
    speculate =
        new BooleanParam(
            this,
            "speculate",
            "draft what may come next in steps of few tokens; the tokens are the same");
    deduplicate =
        new BooleanParam(
            this,
            "deduplicate",
            "compute equal requests of a task once; random numbers then come from the request, not"
                + " from the row's id");
    temperature =
        new DoubleParam(this, "temperature", "0 is greedy; otherwise logits are divided by it");
    topP = new DoubleParam(this, "topP", "keep the fewest tokens whose probabilities sum to this");
    topK = new IntParam(this, "topK", "keep this many of the likeliest tokens; 0 keeps all");
    minP =
        new DoubleParam(this, "minP", "keep tokens at least this share as likely as the likeliest");
    repetitionPenalty =
        new DoubleParam(
            this,
            "repetitionPenalty",
            "divides the logits of tokens in prompt or completion; 1 is off");
    presencePenalty =
        new DoubleParam(
            this, "presencePenalty", "subtracted once from the logits of tokens in the completion");
    frequencyPenalty =
        new DoubleParam(
            this, "frequencyPenalty", "subtracted for each time a token stands in the completion");
    maxTokens = new IntParam(this, "maxTokens", "the most tokens of a completion");
    minTokens = new IntParam(this, "minTokens", "no end before this many tokens");
    stop = new StringArrayParam(this, "stop", "texts that end a completion and are cut off");
    stopTokenIds = new IntArrayParam(this, "stopTokenIds", "tokens that end a completion");
    seed = new LongParam(this, "seed", "with the row's id, the source of its random numbers");
    n =
        new IntParam(
            this, "n", "how many completions; more than 1 makes the output columns arrays");
    beamWidth =
        new IntParam(this, "beamWidth", "0 samples; otherwise beam search with so many beams");
    ignoreEos = new BooleanParam(this, "ignoreEos", "go on past end-of-text tokens");
    samplingCols =
        new StringArrayParam(
            this,
            "samplingCols",
            "sampling parameters taken from a column by row, each as name=column (max-tokens=limit)");
    onError =
        new Param<>(
            this,
            "onError",
            "keep (a failed row gets its error column) or fail (it fails the job)");
    include = new StringArrayParam(this, "include", "further output columns: token_ids, logprobs");
    guide =
        new Param<>(
            this,
            "guide",
            "what each text may be, as JSON with one of the keys choice, regex, json_schema,"
                + " json_object, grammar, type");
    guideCol =
        new Param<>(
            this, "guideCol", "column with a row's own guide; null takes the one in guide, if any");
    guideKind =
        new Param<>(
            this,
            "guideKind",
            "what the texts in guideCol are, one of guide's keys; unset where each is written as"
                + " guide is");
    propertyOrder =
        new Param<>(
            this,
            "propertyOrder",
            "order of a JSON object's members: schema (as its properties are written) or any");
    whiteSpace =
        new IntParam(
            this,
            "whiteSpace",
            "how many white space characters may stand between two JSON tokens; 0 is compact");
    closeAtMaxTokens =
        new BooleanParam(
            this,
            "closeAtMaxTokens",
            "end a guided text in time for it to be whole within max-tokens");
    parsedCol =
        new Param<>(
            this,
            "parsedCol",
            "column that takes the parsed JSON as a struct, where guide has a json_schema; empty"
                + " for none");
    setDefault(propertyOrder, "schema");
    setDefault(whiteSpace, 0);
    setDefault(closeAtMaxTokens, true);
    setDefault(parsedCol, "parsed");
    setDefault(outputCol, "generated_text");
    setDefault(revision, "");
    setDefault(dtype, "auto");
    setDefault(device, "auto");
    setDefault(maxModelLength, 0);
    setDefault(threads, 0);
    setDefault(batchSize, 64);
    setDefault(lookAhead, 4);
    setDefault(plain, false);
    setDefault(speculate, true);
    setDefault(deduplicate, false);
    setDefault(temperature, 0.0);
    setDefault(topP, 1.0);
    setDefault(topK, 0);
    setDefault(minP, 0.0);
    setDefault(repetitionPenalty, 1.0);
    setDefault(presencePenalty, 0.0);
    setDefault(frequencyPenalty, 0.0);
    setDefault(maxTokens, 256);
    setDefault(minTokens, 0);
    setDefault(stop, new String[0]);
    setDefault(stopTokenIds, new int[0]);
    setDefault(seed, 0L);
    setDefault(n, 1);
    setDefault(beamWidth, 0);
    setDefault(ignoreEos, false);
    setDefault(samplingCols, new String[0]);
    setDefault(onError, "keep");
    setDefault(include, new String[0]);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  /** The value, or {@code null} where none is set. */
  public String getInputCol() {
    return isDefined(inputCol) ? getOrDefault(inputCol) : null;
  }

  public Param<String> messagesCol() {
    return messagesCol;
  }

  /** The value, or {@code null} where none is set. */
  public String getMessagesCol() {
    return isDefined(messagesCol) ? getOrDefault(messagesCol) : null;
  }

  public Param<String> promptTemplate() {
    return promptTemplate;
  }

  /** The value, or {@code null} where none is set. */
  public String getPromptTemplate() {
    return isDefined(promptTemplate) ? getOrDefault(promptTemplate) : null;
  }

  public Param<String> system() {
    return system;
  }

  /** The value, or {@code null} where none is set. */
  public String getSystem() {
    return isDefined(system) ? getOrDefault(system) : null;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public Param<String> idCol() {
    return idCol;
  }

  /** The value, or {@code null} where none is set. */
  public String getIdCol() {
    return isDefined(idCol) ? getOrDefault(idCol) : null;
  }

  public Param<String> modelUrl() {
    return modelUrl;
  }

  /** The value, or {@code null} where none is set. */
  public String getModelUrl() {
    return isDefined(modelUrl) ? getOrDefault(modelUrl) : null;
  }

  public Param<String> revision() {
    return revision;
  }

  public String getRevision() {
    return getOrDefault(revision);
  }

  public Param<String> dtype() {
    return dtype;
  }

  public String getDtype() {
    return getOrDefault(dtype);
  }

  public Param<String> device() {
    return device;
  }

  public String getDevice() {
    return getOrDefault(device);
  }

  public IntParam maxModelLength() {
    return maxModelLength;
  }

  public int getMaxModelLength() {
    return (Integer) getOrDefault((Param<?>) maxModelLength);
  }

  public IntParam threads() {
    return threads;
  }

  public int getThreads() {
    return (Integer) getOrDefault((Param<?>) threads);
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public int getBatchSize() {
    return (Integer) getOrDefault((Param<?>) batchSize);
  }

  public IntParam lookAhead() {
    return lookAhead;
  }

  public int getLookAhead() {
    return (Integer) getOrDefault((Param<?>) lookAhead);
  }

  public BooleanParam plain() {
    return plain;
  }

  public boolean getPlain() {
    return (Boolean) getOrDefault((Param<?>) plain);
  }

  public BooleanParam speculate() {
    return speculate;
  }

  public boolean getSpeculate() {
    return (Boolean) getOrDefault((Param<?>) speculate);
  }

  public BooleanParam deduplicate() {
    return deduplicate;
  }

  public boolean getDeduplicate() {
    return (Boolean) getOrDefault((Param<?>) deduplicate);
  }

  public DoubleParam temperature() {
    return temperature;
  }

  public double getTemperature() {
    return (Double) getOrDefault((Param<?>) temperature);
  }

  public DoubleParam topP() {
    return topP;
  }

  public double getTopP() {
    return (Double) getOrDefault((Param<?>) topP);
  }

  public IntParam topK() {
    return topK;
  }

  public int getTopK() {
    return (Integer) getOrDefault((Param<?>) topK);
  }

  public DoubleParam minP() {
    return minP;
  }

  public double getMinP() {
    return (Double) getOrDefault((Param<?>) minP);
  }

  public DoubleParam repetitionPenalty() {
    return repetitionPenalty;
  }

  public double getRepetitionPenalty() {
    return (Double) getOrDefault((Param<?>) repetitionPenalty);
  }

  public DoubleParam presencePenalty() {
    return presencePenalty;
  }

  public double getPresencePenalty() {
    return (Double) getOrDefault((Param<?>) presencePenalty);
  }

  public DoubleParam frequencyPenalty() {
    return frequencyPenalty;
  }

  public double getFrequencyPenalty() {
    return (Double) getOrDefault((Param<?>) frequencyPenalty);
  }

  public IntParam maxTokens() {
    return maxTokens;
  }

  public int getMaxTokens() {
    return (Integer) getOrDefault((Param<?>) maxTokens);
  }

  public IntParam minTokens() {
    return minTokens;
  }

  public int getMinTokens() {
    return (Integer) getOrDefault((Param<?>) minTokens);
  }

  public StringArrayParam stop() {
    return stop;
  }

  public String[] getStop() {
    return getOrDefault(stop);
  }

  public IntArrayParam stopTokenIds() {
    return stopTokenIds;
  }

  public int[] getStopTokenIds() {
    return getOrDefault(stopTokenIds);
  }

  public LongParam seed() {
    return seed;
  }

  public long getSeed() {
    return (Long) getOrDefault((Param<?>) seed);
  }

  public IntParam n() {
    return n;
  }

  public int getN() {
    return (Integer) getOrDefault((Param<?>) n);
  }

  public IntParam beamWidth() {
    return beamWidth;
  }

  public int getBeamWidth() {
    return (Integer) getOrDefault((Param<?>) beamWidth);
  }

  public BooleanParam ignoreEos() {
    return ignoreEos;
  }

  public boolean getIgnoreEos() {
    return (Boolean) getOrDefault((Param<?>) ignoreEos);
  }

  public StringArrayParam samplingCols() {
    return samplingCols;
  }

  public String[] getSamplingCols() {
    return getOrDefault(samplingCols);
  }

  public Param<String> onError() {
    return onError;
  }

  public String getOnError() {
    return getOrDefault(onError);
  }

  public StringArrayParam include() {
    return include;
  }

  public String[] getInclude() {
    return getOrDefault(include);
  }

  public Param<String> guide() {
    return guide;
  }

  /** The value, or {@code null} where none is set. */
  public String getGuide() {
    return isDefined(guide) ? getOrDefault(guide) : null;
  }

  public Param<String> guideCol() {
    return guideCol;
  }

  /** The value, or {@code null} where none is set. */
  public String getGuideCol() {
    return isDefined(guideCol) ? getOrDefault(guideCol) : null;
  }

  public Param<String> guideKind() {
    return guideKind;
  }

  /** The value, or {@code null} where none is set. */
  public String getGuideKind() {
    return isDefined(guideKind) ? getOrDefault(guideKind) : null;
  }

  public Param<String> propertyOrder() {
    return propertyOrder;
  }

  public String getPropertyOrder() {
    return getOrDefault(propertyOrder);
  }

  public IntParam whiteSpace() {
    return whiteSpace;
  }

  public int getWhiteSpace() {
    return (Integer) getOrDefault((Param<?>) whiteSpace);
  }

  public BooleanParam closeAtMaxTokens() {
    return closeAtMaxTokens;
  }

  public boolean getCloseAtMaxTokens() {
    return (Boolean) getOrDefault((Param<?>) closeAtMaxTokens);
  }

  public Param<String> parsedCol() {
    return parsedCol;
  }

  public String getParsedCol() {
    return getOrDefault(parsedCol);
  }
}
