package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Writes a {@code tokenizer.json} from the tokenizer entries of a GGUF file's metadata, so that
 * Hugging Face's library tokenizes for every model. Supports byte-level BPE ({@code gpt2}) and
 * SentencePiece ({@code llama}), whose merges are derived from its pieces and scores.
 */
public final class GgufTokenizer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SPACE = "\u2581";

  /** The pre-tokenizer regex of GPT-4's family; %s is the quantifier for runs of digits. */
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final GgufTokenizerEntries entries;
  private final ObjectNode root = JSON.createObjectNode();

  private GgufTokenizer(GgufTokenizerEntries entries) {
    this.entries = entries;
  }

  /**
   * The text of the {@code tokenizer.json}.
   *
   * @param metadata the file's entries by key; arrays as lists
   * @param origin the file, for error messages
   * @throws TokenizerException for an unsupported kind of tokenizer, or for entries that are
   *     missing or contradict each other
   */
  public static String tokenizerJson(Map<String, Object> metadata, String origin) {
    return new GgufTokenizer(new GgufTokenizerEntries(metadata, origin)).json();
  }

  private String json() {
    String kind = entries.text("model", null);
    if (kind == null) {
      throw entries.lacks("model");
    }
    root.put("version", "1.0");
    addedTokens();
    switch (kind) {
      case "gpt2" -> byteLevel();
      case "llama" -> sentencePiece();
      default -> throw entries.fault("is of kind " + kind + "; supported are gpt2 and llama");
    }
    return root.toString();
  }

  private void addedTokens() {
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < entries.tokens().size(); id++) {
      int type = entries.type(id);
      boolean special =
          type == GgufTokenizerEntries.CONTROL || type == GgufTokenizerEntries.UNKNOWN;
      if (special || type == GgufTokenizerEntries.USER_DEFINED) {
        ObjectNode token = added.addObject();
        token.put("id", id).put("content", entries.tokens().get(id)).put("special", special);
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        token.put("normalized", false);
      }
    }
    if (added.size() > TokenizerSizes.MAX_ADDED) {
      throw entries.fault(
          "has "
              + added.size()
              + " control, unknown and user-defined tokens of "
              + entries.tokens().size()
              + " (tokenizer.ggml.token_type); at most "
              + TokenizerSizes.MAX_ADDED
              + " are possible");
    }
  }

  private void byteLevel() {
    String words = entries.text("pre", "default");
    boolean llama3 = words.equals("llama-bpe");
    words(words);
    postProcessor(
        entries.flag("add_bos_token", llama3),
        entries.id("bos_token_id"),
        entries.id("eos_token_id"));
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = bpe();
    model.putNull("unk_token").put("byte_fallback", false).put("fuse_unk", false);
    // Llama 3 emits a word that is in the vocabulary as one token, without applying merges.
    model.put("ignore_merges", llama3);
    ArrayNode merges = model.putArray("merges");
    entries.merges().forEach(merges::add);
  }

  private void words(String words) {
    root.putNull("normalizer");
    ArrayNode parts = component("pre_tokenizer", "Sequence").putArray("pretokenizers");
    switch (words) {
      case "gpt-2", "default" -> byteLevel(parts.addObject(), true);
      case "smollm" -> {
        parts.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(parts.addObject(), true);
      }
      case "llama-bpe" -> split(parts, WORDS.formatted("{1,3}"));
      case "qwen2" -> {
        component("normalizer", "NFC");
        split(parts, WORDS.formatted(""));
      }
      default ->
          throw entries.fault(
              "has the pre-tokenizer "
                  + words
                  + "; supported are default, gpt-2, llama-bpe, qwen2 and smollm");
    }
  }

  private static void split(ArrayNode parts, String pattern) {
    ObjectNode split = parts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", pattern);
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(parts.addObject(), false);
  }

  private static void byteLevel(ObjectNode component, boolean regex) {
    component.put("type", "ByteLevel").put("add_prefix_space", false);
    component.put("trim_offsets", true).put("use_regex", regex);
  }

  private void sentencePiece() {
    ArrayNode steps = component("normalizer", "Sequence").putArray("normalizers");
    if (entries.flag("add_space_prefix", true)) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(steps.addObject(), " ", SPACE);
    root.putNull("pre_tokenizer");
    postProcessor(
        entries.flag("add_bos_token", true), idOr("bos_token_id", 1), idOr("eos_token_id", 2));
    ArrayNode decoders = component("decoder", "Sequence").putArray("decoders");
    replace(decoders.addObject(), SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    ObjectNode model = bpe();
    OptionalInt unknown = idOr("unknown_token_id", 0);
    model.put("unk_token", unknown.isPresent() ? entries.tokens().get(unknown.getAsInt()) : null);
    model.put("byte_fallback", true).put("fuse_unk", true).put("ignore_merges", false);
    ArrayNode merges = model.putArray("merges");
    ScoredMerges.of(entries)
        .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
  }

  private static void replace(ObjectNode step, String what, String content) {
    step.put("type", "Replace").put("content", content);
    step.putObject("pattern").put("String", what);
  }

  /** The id in the file, or else SentencePiece's default for that role. */
  private OptionalInt idOr(String key, int usual) {
    OptionalInt id = entries.id(key);
    return id.isPresent() || usual >= entries.tokens().size() ? id : OptionalInt.of(usual);
  }

  private ObjectNode bpe() {
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < entries.tokens().size(); id++) {
      vocabulary.put(entries.tokens().get(id), id);
    }
    return model;
  }

  private void postProcessor(boolean begins, OptionalInt bos, OptionalInt eos) {
    boolean ends = entries.flag("add_eos_token", false);
    if (begins && bos.isEmpty()) {
      throw entries.lacks("bos_token_id");
    }
    if (ends && eos.isEmpty()) {
      throw entries.lacks("eos_token_id");
    }
    if (!begins && !ends) {
      root.putNull("post_processor");
      return;
    }
    ObjectNode template = component("post_processor", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ObjectNode special = template.putObject("special_tokens");
    if (begins) {
      special(single, special, bos.getAsInt());
    }
    sequence(single, "A");
    if (ends) {
      special(single, special, eos.getAsInt());
    }
    ArrayNode pair = template.putArray("pair");
    sequence(pair, "A");
    sequence(pair, "B");
  }

  private static void sequence(ArrayNode pieces, String name) {
    pieces.addObject().putObject("Sequence").put("id", name).put("type_id", 0);
  }

  private void special(ArrayNode pieces, ObjectNode tokens, int id) {
    String text = entries.tokens().get(id);
    pieces.addObject().putObject("SpecialToken").put("id", text).put("type_id", 0);
    ObjectNode token = tokens.putObject(text).put("id", text);
    token.putArray("ids").add(id);
    token.putArray("tokens").add(text);
  }

  private ObjectNode component(String name, String type) {
    return root.putObject(name).put("type", type);
  }
}
