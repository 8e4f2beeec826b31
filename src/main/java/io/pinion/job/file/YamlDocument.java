package io.pinion.job.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML text as a tree of nodes, and the values that {@code --set} puts into it. */
final class YamlDocument {
  private YamlDocument() {}

  /**
   * The tree of a text within {@linkplain YamlLimits limits}.
   *
   * @param name of the file, for messages
   * @return {@code null} if the text is empty
   * @throws JobException if the text is not YAML, or too large or deep as a tree
   */
  static Node compose(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setUseMarks(true)
            .setAllowDuplicateKeys(true)
            .setMaxAliasesForCollections(YamlLimits.MAX_NODES)
            .build();
    try {
      YamlLimits.check(settings, text, name);
      return new Compose(settings).composeString(text).orElse(null);
    } catch (YamlEngineException e) {
      throw new JobException(name + " is not valid YAML: " + message(e), e);
    }
  }

  private static String message(YamlEngineException fault) {
    return fault instanceof ReaderException reader
        ? "the character U+%04X, number %d, is not allowed"
            .formatted(reader.getCodePoint(), reader.getPosition() + 1)
        : fault.getMessage().strip()
            + (fault.getMessage().contains("${")
                ? "\n(within { } and [ ], put quotes around ${NAME})"
                : "");
  }

  /**
   * The tree with one value replaced or added. What is shared with the given tree is not changed.
   *
   * @param override of the form {@code a.b.c=VALUE}
   * @throws JobException if it has another form
   */
  static Node override(Node root, String override) {
    int equals = override.indexOf('=');
    String key = equals < 0 ? "" : override.substring(0, equals);
    List<String> path = Arrays.asList(key.split("\\.", -1));
    if (path.contains("") || path.size() > YamlLimits.MAX_DEPTH) {
      throw new JobException(
          List.of(
              "--set "
                  + (equals < 0 ? override : key)
                  + ": must be KEY=VALUE, as in sampling.seed=7"));
    }
    Node value = compose(override.substring(equals + 1), "--set " + key);
    return with(root, path, value);
  }

  private static MappingNode with(Node node, List<String> path, Node value) {
    List<NodeTuple> tuples = new ArrayList<>();
    Node present = null;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (named(tuple, path.get(0))) {
          present = tuple.getValueNode();
        } else {
          tuples.add(tuple);
        }
      }
    }
    Node replacement =
        path.size() == 1 ? value : with(present, path.subList(1, path.size()), value);
    Node key = new ScalarNode(Tag.STR, path.get(0), ScalarStyle.PLAIN);
    tuples.add(new NodeTuple(key, replacement == null ? nothing() : replacement));
    return node == null
        ? new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK)
        : new MappingNode(
            Tag.MAP, true, tuples, FlowStyle.BLOCK, node.getStartMark(), Optional.empty());
  }

  private static boolean named(NodeTuple tuple, String key) {
    return tuple.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key);
  }

  /** The value of {@code --set KEY=}, which takes the key's value away. */
  private static Node nothing() {
    return new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);
  }
}
