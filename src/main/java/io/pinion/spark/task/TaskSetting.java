package io.pinion.spark.task;

import io.pinion.guide.GuideRequest;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import java.util.Arrays;
import java.util.List;

/**
 * The table of all settings but sampling: model, batches, prompts, guides and output. The job file,
 * the Spark ML parameters and their checks loop over it.
 *
 * <p>A Spark ML name is that of DJL's Spark extension if there is one (modelUrl, batchSize).
 */
public enum TaskSetting implements Setting {
  INPUT_COLUMN(
      null,
      null,
      "inputCol",
      SettingType.text(),
      null,
      "column with the prompt's text; or set messagesCol or promptTemplate"),
  ID_COLUMN(
      "input",
      "id-column",
      "idCol",
      SettingType.text(),
      null,
      "column that identifies a row in every run; with the seed it determines the random numbers"),
  OUTPUT_COLUMN(
      null,
      null,
      "outputCol",
      SettingType.text(),
      "generated_text",
      "output column for the generated text"),
  OUTPUT_PREFIX(
      "output",
      "prefix",
      "outputPrefix",
      SettingType.text(),
      "",
      "text before the name of every generated column"),
  OUTPUT_STRUCT(
      "output",
      "struct",
      "outputStruct",
      SettingType.text(),
      "",
      "name of one column of structs for all generated columns"),
  INCLUDE(
      "output",
      "include",
      "include",
      SettingType.choices(List.of("token_ids", "logprobs")),
      List.of(),
      "further output columns: token_ids, logprobs"),
  URI(
      "model",
      "uri",
      "modelUrl",
      SettingType.name(),
      null,
      "GGUF file or directory in Hugging Face's layout, readable on every executor"),
  REVISION("model", "revision", "revision", SettingType.text(), "", "version of a model on a hub"),
  DTYPE(
      "model",
      "dtype",
      "dtype",
      SettingType.choice(List.of("auto", "f32", "bf16", "f16", "int8")),
      "auto",
      "type of the weights on the device: auto, f32, bf16, f16 or int8"),
  DEVICE(
      "model",
      "device",
      "device",
      SettingType.choice(List.of("auto", "cpu", "gpu")),
      "auto",
      "auto (what Spark's scheduler assigned, else the CPU), cpu, or gpu (refuse without one)"),
  MAX_MODEL_LENGTH(
      "model",
      "max-model-length",
      "maxModelLength",
      SettingType.integer(0, Integer.MAX_VALUE),
      0,
      "longest prompt and completion together, in tokens; 0 for the model's own"),
  THREADS(
      "model",
      "threads",
      "threads",
      SettingType.integer(0, 1024),
      0,
      "how many threads a forward pass on the CPU may use; 0 for the executor's cores"),
  MESSAGES_COLUMN(
      "prompt",
      "messages-column",
      "messagesCol",
      SettingType.text(),
      null,
      "column with the conversation: array<struct<role:string,content:string>>"),
  PROMPT_TEMPLATE(
      "prompt",
      "template",
      "promptTemplate",
      SettingType.text(),
      null,
      "the prompt's text with {{ column }} placeholders"),
  SYSTEM(
      "prompt",
      "system",
      "system",
      SettingType.text(),
      null,
      "system message put before the prompt's text"),
  ALLOW_SPECIAL_TOKENS(
      "prompt",
      "allow-special-tokens",
      "allowSpecialTokens",
      SettingType.flag(),
      false,
      "let control tokens such as <|im_end|> in columns be themselves; by default they are text"),
  GUIDE(
      null,
      null,
      "guide",
      SettingType.text(),
      null,
      "guide that constrains every text, as JSON with one of the keys "
          + String.join(", ", TaskSetting.guideKinds())),
  GUIDE_COLUMN(
      null,
      null,
      "guideCol",
      SettingType.text(),
      null,
      "column with a row's own guide; for null the one in guide applies, if any"),
  GUIDE_KIND(
      null,
      null,
      "guideKind",
      SettingType.choice(TaskSetting.guideKinds()),
      null,
      "kind of the guides in guideCol, one of guide's keys; unset if each is JSON as in guide"),
  OUTPUT_TYPE(
      "guide",
      "ddl",
      "outputType",
      SettingType.name(),
      null,
      "type of a struct that every text becomes, as columns in CREATE TABLE or as Spark's JSON"),
  PROPERTY_ORDER(
      "guide",
      "property-order",
      "propertyOrder",
      SettingType.choice(List.of("schema", "any")),
      "schema",
      "order of a JSON object's members: schema (as its properties are written) or any"),
  WHITE_SPACE(
      "guide",
      "white-space",
      "whiteSpace",
      SettingType.integer(0, 100),
      0,
      "how many white space characters are allowed between two JSON tokens; 0 is compact"),
  CLOSE_AT_MAX_TOKENS(
      "guide",
      "close-at-max-tokens",
      "closeAtMaxTokens",
      SettingType.flag(),
      true,
      "close guided text in time for it to be complete within max-tokens"),
  PARSED_COLUMN(
      "guide",
      "parsed-column",
      "parsedCol",
      SettingType.text(),
      "parsed",
      "output column for the parsed JSON as a struct, if guide is a json_schema; empty for none"),
  SAMPLING_COLUMNS(
      null,
      null,
      "samplingCols",
      SettingType.texts(
          "a list of NAME=COLUMN with a NAME of " + String.join(", ", SamplingColumn.names()),
          entry -> SamplingColumn.parse(entry).isPresent()),
      List.of(),
      "sampling parameters taken from a column by row, each as name=column (max-tokens=limit)"),
  ON_ERROR(
      "",
      "on-error",
      "onError",
      SettingType.choice(List.of("keep", "fail")),
      "keep",
      "keep (a failed row has its error in column error) or fail (it fails the job)"),
  SLOTS(
      "batch",
      "slots",
      "batchSize",
      SettingType.integer(1, 65536),
      64,
      "how many sequences a device generates at once (KV cache slots); unless set, 256 on a GPU"),
  LOOK_AHEAD(
      "batch",
      "look-ahead",
      "lookAhead",
      SettingType.integer(1, 1024),
      4,
      "how many batches of rows a task reads ahead"),
  PLAIN(
      "batch",
      "plain",
      "plain",
      SettingType.flag(),
      false,
      "generate one token per row and step, without optimizations; for comparison"),
  SPECULATE(
      "batch",
      "speculate",
      "speculate",
      SettingType.flag(),
      true,
      "draft tokens in steps with few sequences (speculative decoding); the output is the same"),
  DEDUPLICATE(
      "batch",
      "deduplicate",
      "deduplicate",
      SettingType.flag(),
      false,
      "compute equal requests of a task once; random numbers then depend on the request, not on"
          + " the row's id");

  /** What the names of settings begin with in Spark's configuration. */
  public static final String CONFIGURATION = "spark.pinion.";

  private final Entry<?> entry;

  /**
   * @param section {@code null}, like {@code key}, if the job file has no key of its own for it
   */
  <T> TaskSetting(
      String section,
      String key,
      String parameter,
      SettingType<T> type,
      T defaultValue,
      String documentation) {
    this.entry = new Entry<>(section, key, parameter, type, defaultValue, documentation);
  }

  private static List<String> guideKinds() {
    return Arrays.stream(GuideRequest.Kind.values()).map(GuideRequest.Kind::key).toList();
  }

  /** The settings in a section of the job file, in the table's order. */
  public static List<TaskSetting> ofSection(String section) {
    return Arrays.stream(values()).filter(setting -> section.equals(setting.section())).toList();
  }

  @Override
  public Entry<?> entry() {
    return entry;
  }
}
