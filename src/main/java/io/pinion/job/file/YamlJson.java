package io.pinion.job.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Converts YAML to JSON; the order of members is kept. What JSON cannot say is reported. */
final class YamlJson {
  /** What is wrong with a merge key, to follow its place. */
  static final String MERGE_KEY =
      "has the merge key <<, which YAML 1.2 does not have: write the keys out";

  /** The spellings of null that the engine's schema does not know. */
  private static final Set<String> NULLS = Set.of("~", "Null", "NULL");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** That of Jackson: converting longer numbers takes quadratic time. */
  private static final int MAX_DIGITS = 1000;

  private final BiConsumer<Node, String> report;

  /**
   * @param report called with a node and what is wrong with it, to follow its name
   */
  YamlJson(BiConsumer<Node, String> report) {
    this.report = report;
  }

  /** A document as JSON, whatever JSON cannot say left out: it is reported where it is read. */
  static JsonNode ofValid(Node root) {
    return root == null ? JSON.nullNode() : new YamlJson((node, problem) -> {}).of(root);
  }

  JsonNode of(Node node) {
    if (node instanceof MappingNode mapping) {
      ObjectNode object = JSON.objectNode();
      for (NodeTuple tuple : mapping.getValue()) {
        String key = key(tuple.getKeyNode());
        if (object.has(key)) {
          report.accept(tuple.getKeyNode(), "has the key '" + key + "' twice");
        }
        object.set(key, of(tuple.getValueNode()));
      }
      return object;
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = JSON.arrayNode();
      sequence.getValue().forEach(item -> array.add(of(item)));
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private String key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      report.accept(node, "has a list or a mapping as a key, which JSON cannot have");
      return "?";
    }
    if (isMergeKey(node)) {
      report.accept(node, MERGE_KEY);
    }
    return scalar.getValue();
  }

  static boolean isMergeKey(Node key) {
    return key instanceof ScalarNode scalar && scalar.getValue().equals("<<") && scalar.isPlain();
  }

  /** Whether a value is null in one of YAML's spellings, or empty. */
  static boolean isNull(Node value) {
    return Tag.NULL.equals(value.getTag())
        || value instanceof ScalarNode scalar
            && scalar.isPlain()
            && NULLS.contains(scalar.getValue());
  }

  private JsonNode scalar(ScalarNode scalar) {
    String value = scalar.getValue();
    if (isNull(scalar)) {
      return JSON.nullNode();
    }
    if (scalar.getTag().equals(Tag.BOOL)) {
      return JSON.booleanNode(Boolean.parseBoolean(value));
    }
    if (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT)) {
      return number(scalar, value);
    }
    return JSON.textNode(value);
  }

  private JsonNode number(ScalarNode scalar, String value) {
    if (value.length() > MAX_DIGITS) {
      report.accept(scalar, "has a number of more than " + MAX_DIGITS + " characters");
    } else if (value.matches("[-+]?[0-9]+")) {
      return JSON.numberNode(new BigInteger(value));
    } else if (value.matches("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,3})?")) {
      return JSON.numberNode(new BigDecimal(value));
    } else {
      report.accept(scalar, "has the number " + value + ", which JSON cannot have");
    }
    return JSON.nullNode();
  }
}
