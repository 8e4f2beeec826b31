package io.pinion.guide.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.json.schema.ExactJson;
import io.pinion.guide.json.schema.SchemaCheck;
import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaEnvelope;
import io.pinion.guide.json.schema.SchemaLoops;
import io.pinion.guide.json.type.ArrayShape;
import io.pinion.guide.json.type.DistinctItems;
import io.pinion.guide.json.type.ObjectShape;
import io.pinion.guide.json.type.ShapeReader;
import io.pinion.guide.json.type.TypeAlternatives;
import io.pinion.guide.json.type.TypeSolver;
import io.pinion.guide.json.type.ValueShape;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.RegexPool;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles a JSON Schema into a network, after solving every type that a value may reach. */
public final class JsonSchemaCompiler {
  private final TypeSolver types;
  private final Set<Integer> reached = new HashSet<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private Remembering remembering = Remembering.NOTHING;

  private JsonSchemaCompiler(TypeSolver types) {
    this.types = types;
  }

  /**
   * Reads the text of a schema with every digit of its numbers.
   *
   * @throws GuideException when it is not valid JSON
   */
  public static JsonNode parse(String schema) {
    try {
      return ExactJson.read(schema);
    } catch (JsonProcessingException e) {
      throw new GuideException("the JSON Schema is not valid JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * The network of the JSON texts that satisfy a schema.
   *
   * @throws UnsupportedGuideException for keywords that cannot be followed exactly
   * @throws GuideException when the schema is wrong or no value satisfies it
   */
  public static TransitionNetwork compile(JsonNode schema, Lexer lexer, JsonOptions options) {
    TypeSolver types = new TypeSolver(document(schema), lexer.pool());
    int root = root(types);
    JsonSchemaCompiler compiler = new JsonSchemaCompiler(types);
    compiler.reach(root);
    return new JsonNetwork(types, root, compiler.remembering, lexer, options);
  }

  /** What the values of a schema have in common; throws as {@link #compile}. */
  public static ValueShape shape(JsonNode schema, RegexPool pool) {
    TypeSolver types = new TypeSolver(document(schema), pool);
    return new ShapeReader(types).shape(root(types));
  }

  /**
   * What in a schema says something else than its author may think.
   *
   * @throws GuideException when it is no schema
   */
  public static List<String> hints(JsonNode schema) {
    return SchemaCheck.check(SchemaEnvelope.opened(schema));
  }

  private static SchemaDocument document(JsonNode given) {
    JsonNode schema = SchemaEnvelope.opened(given);
    SchemaCheck.check(schema);
    SchemaDocument document = SchemaDocument.of(schema);
    SchemaLoops.refuse(document);
    return document;
  }

  private static int root(TypeSolver types) {
    int root = types.type(types.literal(types.document().root(), true));
    if (!types.possible(root)) {
      throw new GuideException("no value satisfies the JSON Schema");
    }
    return root;
  }

  private void reach(int root) {
    add(root);
    while (!open.isEmpty()) {
      TypeAlternatives found = types.alternatives(open.poll());
      found.objects().stream().filter(types::possible).forEach(this::reach);
      found.arrays().stream().filter(types::possible).forEach(this::reach);
    }
  }

  private void reach(ObjectShape shape) {
    shape.types().forEach(this::add);
    shape.otherTypes().forEach(this::add);
    boolean others = shape.otherTypes().stream().anyMatch(types::possible);
    if (others && shape.countsOtherKeys()) {
      remembering = remembering.and(Remembering.VALUES);
      if (!types.distinct().hasManyKeys(shape)) {
        throw new UnsupportedGuideException(
            "the JSON Schema keyword minProperties is not supported where there are keys without"
                + " names, but not many");
      }
    }
  }

  private void reach(ArrayShape shape) {
    if (shape.repeating() != null) {
      throw shape.repeating().unsupported("uniqueItems", "inside not or oneOf");
    }
    if (shape.distinct() != null && DistinctItems.of(types, shape) == null) {
      differ(shape);
    }
    if (shape.match() >= 0) {
      add(shape.match());
      add(shape.other());
      return;
    }
    List<Integer> prefix = shape.prefix();
    prefix.subList(0, (int) Math.min(prefix.size(), shape.most())).forEach(this::add);
    if (shape.most() > prefix.size()) {
      add(shape.rest());
    }
  }

  /** Makes sure that one can always find an item that differs. */
  private void differ(ArrayShape shape) {
    if (!types.distinct().isEnough(shape)) {
      throw shape
          .distinct()
          .unsupported("uniqueItems", "is not supported where items may run out of values");
    }
    boolean easy = types.distinct().isEasy(shape);
    remembering = remembering.and(easy ? Remembering.VALUES : Remembering.PARTS);
  }

  private void add(int type) {
    if (reached.add(type) && types.possible(type)) {
      open.add(type);
    }
  }
}
