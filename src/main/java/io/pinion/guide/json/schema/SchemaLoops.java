package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Refuses schemas that lead back to themselves at the same value, such as {@code {"$ref": "#"}}:
 * they say nothing, and the standard leaves open what they mean. A schema may come back for a
 * property or an item. Not thread-safe.
 */
public final class SchemaLoops {
  private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf");
  private static final List<String> SINGLE = List.of("not", "if", "then", "else");

  private final SchemaDocument document;

  /** The schemas that were visited, and whether they lead back nowhere. */
  private final Map<Integer, Boolean> left = new HashMap<>();

  private SchemaLoops(SchemaDocument document) {
    this.document = document;
  }

  /**
   * Looks at all that the root of a document refers to at its own value, and at every schema within
   * it.
   *
   * @throws GuideException with the JSON pointer of a schema that leads back to itself
   */
  public static void refuse(SchemaDocument document) {
    SchemaLoops loops = new SchemaLoops(document);
    for (SchemaNode node : document.nodes()) {
      loops.from(node);
    }
  }

  private void from(SchemaNode start) {
    Deque<SchemaNode> path = new ArrayDeque<>();
    Deque<Iterator<SchemaNode>> open = new ArrayDeque<>();
    enter(start, path, open);
    while (!open.isEmpty()) {
      if (open.peek().hasNext()) {
        enter(open.peek().next(), path, open);
      } else {
        open.pop();
        left.put(path.pop().id(), true);
      }
    }
  }

  private void enter(SchemaNode node, Deque<SchemaNode> path, Deque<Iterator<SchemaNode>> open) {
    Boolean known = left.putIfAbsent(node.id(), false);
    if (known == null) {
      path.push(node);
      open.push(sameValue(node).iterator());
    } else if (!known) {
      throw new GuideException(
          "the JSON Schema's "
              + node.pointer()
              + " leads back to itself at the same value, without a property or an item between, so"
              + " it says nothing");
    }
  }

  /** The schemas that a schema applies to the value that it is applied to. */
  private List<SchemaNode> sameValue(SchemaNode node) {
    List<SchemaNode> found = new ArrayList<>();
    JsonNode json = node.json();
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      if (json.path(keyword).isTextual()) {
        SchemaNode target = document.find(node, json.get(keyword).textValue());
        if (target != null) {
          found.add(target);
        }
      }
    }
    if (json.has("$ref") && document.referenceStandsAlone()) {
      return found;
    }
    for (String keyword : SINGLE) {
      if (json.has(keyword)) {
        found.add(document.child(node, json.get(keyword), keyword));
      }
    }
    for (String keyword : LISTS) {
      if (json.has(keyword)) {
        found.addAll(document.children(node, keyword));
      }
    }
    for (var entry : json.path("dependentSchemas").properties()) {
      found.add(document.child(node, entry.getValue(), "dependentSchemas", entry.getKey()));
    }
    return found;
  }
}
