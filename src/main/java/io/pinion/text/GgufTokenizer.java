package io.pinion.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@code tokenizer.json} from the tokenizer entries of a GGUF file's metadata, so that one
 * library serves every model: byte-level BPE ({@code gpt2}) and SentencePiece ({@code llama}),
 * whose merges follow from its pieces and scores.
 */
public final class GgufTokenizer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  /** The word pattern of GPT-4's family; %s is how many digits go together. */
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final Map<String, Object> metadata;
  private final String origin;
  private final List<?> tokens;

  private GgufTokenizer(Map<String, Object> metadata, String origin) {
    this.metadata = metadata;
    this.origin = origin;
    this.tokens = list("tokens");
  }

  /**
   * The text of the {@code tokenizer.json}.
   *
   * @param metadata the file's entries by key; arrays as lists
   * @param origin the file, for errors
   * @throws TokenizerException for a kind of tokenizer that is not known, or missing entries
   */
  public static String tokenizerJson(Map<String, Object> metadata, String origin) {
    return new GgufTokenizer(metadata, origin).json();
  }

  private String json() {
    Object kind = metadata.get("tokenizer.ggml.model");
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0");
    addedTokens(root.putArray("added_tokens"));
    if ("gpt2".equals(kind)) {
      byteLevel(root);
    } else if ("llama".equals(kind)) {
      sentencePiece(root);
    } else {
      throw fault("is of kind " + kind + "; known are gpt2 and llama");
    }
    return root.toString();
  }

  private void addedTokens(ArrayNode added) {
    List<?> types = list("token_type");
    for (int id = 0; id < types.size(); id++) {
      int type = ((Number) types.get(id)).intValue();
      if (type == CONTROL || type == USER_DEFINED) {
        ObjectNode token = added.addObject();
        token.put("id", id).put("content", token(id)).put("special", type == CONTROL);
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        token.put("normalized", false);
      }
    }
  }

  private void byteLevel(ObjectNode root) {
    String words = String.valueOf(metadata.getOrDefault("tokenizer.ggml.pre", "default"));
    root.putNull("normalizer");
    ArrayNode parts = component(root, "pre_tokenizer", "Sequence").putArray("pretokenizers");
    switch (words) {
      case "gpt-2", "default" -> byteLevel(parts.addObject(), true);
      case "smollm" -> {
        parts.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(parts.addObject(), true);
      }
      case "llama-bpe" -> split(parts, WORDS.formatted("{1,3}"));
      case "qwen2" -> {
        component(root, "normalizer", "NFC");
        split(parts, WORDS.formatted(""));
      }
      default ->
          throw fault(
              "splits words as "
                  + words
                  + " does; known are default, gpt-2, llama-bpe, qwen2, smollm");
    }
    boolean begins = flag("add_bos_token", words.equals("llama-bpe"));
    postProcessor(root, begins);
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = bpe(root);
    model.putNull("unk_token").put("byte_fallback", false).put("fuse_unk", false);
    // Llama 3 takes a word that is one token as it is, without merging it together.
    model.put("ignore_merges", words.equals("llama-bpe"));
    ArrayNode merges = model.putArray("merges");
    list("merges").forEach(merge -> merges.add(String.valueOf(merge)));
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

  private void sentencePiece(ObjectNode root) {
    ArrayNode steps = component(root, "normalizer", "Sequence").putArray("normalizers");
    if (flag("add_space_prefix", true)) {
      steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
    }
    ObjectNode replace = steps.addObject().put("type", "Replace").put("content", "\u2581");
    replace.putObject("pattern").put("String", " ");
    root.putNull("pre_tokenizer");
    postProcessor(root, flag("add_bos_token", true));
    root.putNull("decoder");
    ObjectNode model = bpe(root);
    Object unknown = metadata.get("tokenizer.ggml.unknown_token_id");
    model.put("unk_token", token(unknown instanceof Number id ? id.intValue() : 0));
    model.put("byte_fallback", true).put("fuse_unk", true).put("ignore_merges", false);
    ArrayNode merges = model.putArray("merges");
    mergesFromScores().forEach(merge -> merges.addArray().add(merge.left).add(merge.right));
  }

  private record Merge(String left, String right, double score, int leftId, int rightId) {}

  /** Every way to put a piece together of two others, best pieces first, as transformers does. */
  private List<Merge> mergesFromScores() {
    List<?> scores = list("scores");
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(token(id), id);
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < Math.min(tokens.size(), scores.size()); id++) {
      String piece = token(id);
      double score = ((Number) scores.get(id)).doubleValue();
      List<Merge> ways = new ArrayList<>();
      for (int at = 1; at < piece.length(); at++) {
        Integer left = ids.get(piece.substring(0, at));
        Integer right = ids.get(piece.substring(at));
        if (left != null && right != null) {
          ways.add(new Merge(piece.substring(0, at), piece.substring(at), score, left, right));
        }
      }
      ways.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
      merges.addAll(ways);
    }
    merges.sort(
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(merge -> merge.left.length())
            .thenComparingInt(merge -> merge.right.length())
            .reversed());
    return merges;
  }

  private ObjectNode bpe(ObjectNode root) {
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(token(id), id);
    }
    return model;
  }

  private void postProcessor(ObjectNode root, boolean begins) {
    Object bos = metadata.get("tokenizer.ggml.bos_token_id");
    if (!begins || !(bos instanceof Number number)) {
      root.putNull("post_processor");
      return;
    }
    String text = token(number.intValue());
    ObjectNode template = component(root, "post_processor", "TemplateProcessing");
    for (String kind : List.of("single", "pair")) {
      ArrayNode pieces = template.putArray(kind);
      pieces.addObject().putObject("SpecialToken").put("id", text).put("type_id", 0);
      pieces.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      if (kind.equals("pair")) {
        pieces.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
      }
    }
    ObjectNode special = template.putObject("special_tokens").putObject(text).put("id", text);
    special.putArray("ids").add(number.intValue());
    special.putArray("tokens").add(text);
  }

  private static ObjectNode component(ObjectNode root, String name, String type) {
    return root.putObject(name).put("type", type);
  }

  private boolean flag(String key, boolean otherwise) {
    return metadata.get("tokenizer.ggml." + key) instanceof Boolean value ? value : otherwise;
  }

  private String token(int id) {
    if (id < 0 || id >= tokens.size()) {
      throw fault("names token " + id + " of " + tokens.size());
    }
    return String.valueOf(tokens.get(id));
  }

  private List<?> list(String key) {
    if (metadata.get("tokenizer.ggml." + key) instanceof List<?> list) {
      return list;
    }
    throw fault("lacks tokenizer.ggml." + key);
  }

  private TokenizerException fault(String what) {
    return new TokenizerException("the tokenizer of " + origin + " " + what);
  }
}
