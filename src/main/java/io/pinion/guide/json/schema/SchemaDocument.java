package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The schemas of a document by place, and what their references point to. Not thread-safe: schemas
 * are numbered as they are asked for.
 */
public final class SchemaDocument {
  private static final Set<String> MAPS =
      Set.of(
          "properties",
          "patternProperties",
          "$defs",
          "definitions",
          "dependentSchemas",
          "dependencies");
  private static final Set<String> SCHEMAS =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "allOf",
          "anyOf",
          "contains",
          "else",
          "if",
          "items",
          "not",
          "oneOf",
          "prefixItems",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  private final List<SchemaNode> nodes = new ArrayList<>();
  private final Map<JsonNode, SchemaNode> byJson = new IdentityHashMap<>();
  private final Map<String, SchemaNode> byUri = new HashMap<>();
  private final Map<String, Integer> dynamicAnchors = new HashMap<>();
  private final JsonNode root;
  private final SchemaDialect dialect;
  private final SchemaNode anything;
  private final SchemaNode nothing;

  private SchemaDocument(JsonNode root) {
    this.root = root;
    this.dialect = SchemaDialect.of(root);
    this.anything = add(BooleanNode.TRUE, "", "");
    this.nothing = add(BooleanNode.FALSE, "", "");
  }

  public static SchemaDocument of(JsonNode root) {
    SchemaDocument document = new SchemaDocument(root);
    document.index(root, "#", "", true);
    return document;
  }

  public SchemaNode root() {
    return at(root, "#", "");
  }

  public SchemaNode anything() {
    return anything;
  }

  public SchemaNode nothing() {
    return nothing;
  }

  public SchemaNode node(int id) {
    return nodes.get(id);
  }

  /** Whether the dialect lets a reference stand for its whole schema, whatever is beside it. */
  public boolean referenceStandsAlone() {
    return dialect.referenceStandsAlone();
  }

  /** Whether {@code nullable} beside {@code type} allows null. */
  public boolean hasNullable() {
    return dialect == SchemaDialect.OPENAPI_3_0;
  }

  /** The schema under a keyword of another. */
  public SchemaNode child(SchemaNode parent, JsonNode json, String... path) {
    StringBuilder pointer = new StringBuilder(parent.pointer());
    for (String step : path) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return at(json, pointer.toString(), parent.base());
  }

  /**
   * The schemas of a list under a keyword of another.
   *
   * @throws GuideException when it is not a list
   */
  public List<SchemaNode> children(SchemaNode parent, String keyword) {
    JsonNode list = parent.json().path(keyword);
    if (!list.isArray()) {
      throw parent.wrong(keyword, "is not a list of schemas");
    }
    List<SchemaNode> found = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      found.add(child(parent, list.get(i), keyword, String.valueOf(i)));
    }
    return found;
  }

  private SchemaNode at(JsonNode json, String pointer, String base) {
    if (json.isBoolean()) {
      return json.booleanValue() ? anything : nothing;
    }
    SchemaNode known = byJson.get(json);
    return known != null ? known : add(json, pointer, base);
  }

  private SchemaNode add(JsonNode json, String pointer, String base) {
    SchemaNode node = new SchemaNode(nodes.size(), json, pointer, base);
    nodes.add(node);
    byJson.put(json, node);
    return node;
  }

  private void index(JsonNode json, String pointer, String base, boolean top) {
    if (json.isArray()) {
      for (int i = 0; i < json.size(); i++) {
        index(json.get(i), pointer + "/" + i, base, false);
      }
    }
    if (!json.isObject()) {
      return;
    }
    String inner = base;
    String idKey = dialect.oldest() ? "id" : "$id";
    JsonNode id = json.path(idKey);
    boolean embedded = id.isTextual() && !(referenceStandsAlone() && json.has("$ref") && !top);
    if (embedded) {
      inner = resolve(base, id.asText());
    }
    SchemaNode node = add(json, pointer, withoutFragment(inner));
    if (top || embedded) {
      byUri.putIfAbsent(inner.endsWith("#") ? withoutFragment(inner) : inner, node);
    }
    if (top) {
      byUri.putIfAbsent("", node);
    }
    String bare = withoutFragment(inner);
    anchors(json, bare, node);
    for (var field : json.properties()) {
      String step = pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
      if (MAPS.contains(field.getKey()) && field.getValue().isObject()) {
        for (var entry : field.getValue().properties()) {
          String name = entry.getKey().replace("~", "~0").replace("/", "~1");
          index(entry.getValue(), step + "/" + name, bare, false);
        }
      } else if (SCHEMAS.contains(field.getKey())) {
        index(field.getValue(), step, bare, false);
      }
    }
  }

  private void anchors(JsonNode json, String base, SchemaNode node) {
    for (String key : new String[] {"$anchor", "$dynamicAnchor"}) {
      if (json.path(key).isTextual()) {
        byUri.putIfAbsent(base + "#" + json.path(key).asText(), node);
      }
    }
    if (json.path("$dynamicAnchor").isTextual()) {
      dynamicAnchors.merge(json.path("$dynamicAnchor").asText(), 1, Integer::sum);
    }
  }

  /** What lies at the places of schemas, in the order of the document. */
  List<SchemaNode> nodes() {
    return List.copyOf(nodes);
  }

  /** What a reference in a schema points to, if that is where a schema stands; otherwise null. */
  SchemaNode find(SchemaNode from, String reference) {
    String target = resolve(from.base(), reference);
    SchemaNode known = byUri.get(target.endsWith("#") ? withoutFragment(target) : target);
    int mark = target.indexOf('#');
    if (known != null || mark < 0 || !target.startsWith("/", mark + 1)) {
      return known;
    }
    SchemaNode document = byUri.get(target.substring(0, mark));
    return document == null ? null : byJson.get(at(document.json(), target.substring(mark + 1)));
  }

  /**
   * What a reference in a schema points to.
   *
   * @throws UnsupportedGuideException when it lies outside the document
   * @throws GuideException when no schema lies there
   */
  public SchemaNode resolve(SchemaNode from, String keyword, String reference) {
    SchemaNode known = find(from, reference);
    if (known != null) {
      return known;
    }
    String target = resolve(from.base(), reference);
    int mark = target.indexOf('#');
    String uri = mark < 0 ? target : target.substring(0, mark);
    SchemaNode document = byUri.get(uri);
    String fragment = mark < 0 ? "" : target.substring(mark + 1);
    if (document == null || !fragment.startsWith("/")) {
      String why = "points to " + reference + ", which is not given";
      throw from.unsupported(keyword, why);
    }
    return step(from, keyword, document, fragment, reference);
  }

  private SchemaNode step(
      SchemaNode from, String keyword, SchemaNode document, String fragment, String reference) {
    JsonNode json = document.json();
    String base = document.base();
    for (String step : fragment.substring(1).split("/", -1)) {
      json = step(json, step);
      SchemaNode known = byJson.get(json);
      base = known == null ? base : known.base();
    }
    if (json.isMissingNode()) {
      throw from.wrong(keyword, "points to " + reference + ", which does not exist");
    }
    String pointer = document.pointer() + fragment;
    SchemaCheck.target(json, pointer, dialect);
    return at(json, pointer, base);
  }

  private static JsonNode at(JsonNode document, String fragment) {
    JsonNode json = document;
    for (String step : fragment.substring(1).split("/", -1)) {
      json = step(json, step);
    }
    return json;
  }

  private static JsonNode step(JsonNode json, String step) {
    String name = decode(step).replace("~1", "/").replace("~0", "~");
    if (json.isArray()) {
      return json.path(name.matches("[0-9]{1,9}") ? Integer.parseInt(name) : -1);
    }
    return json.path(name);
  }

  public boolean dynamicAnchorIsUnique(String name) {
    return dynamicAnchors.getOrDefault(name, 0) <= 1;
  }

  private static String decode(String step) {
    if (step.indexOf('%') < 0) {
      return step;
    }
    try {
      return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return step;
    }
  }

  private static String withoutFragment(String uri) {
    int mark = uri.indexOf('#');
    return mark < 0 ? uri : uri.substring(0, mark);
  }

  private static String resolve(String base, String reference) {
    if (reference.startsWith("#")) {
      return withoutFragment(base) + reference;
    }
    try {
      return base.isEmpty() ? reference : URI.create(base).resolve(reference).toString();
    } catch (IllegalArgumentException e) {
      return reference;
    }
  }
}
