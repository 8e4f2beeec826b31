package io.pinion.guide.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;

/** Small JSON values that schemas and instances of the property test are made of. */
public final class RandomValues {
  static final JsonNodeFactory NODES = new JsonNodeFactory(true);
  private static final List<String> NAMES = List.of("a", "b", "c", "ab", "x1", "é", "b\"c");
  private static final List<String> TEXTS =
      List.of("", "a", "b", "ab", "abc", "x1", "é中", "😀", "a b", "42", "a\"b\\", "c\n", "zzzzzz");

  public final Random random;

  public RandomValues(long seed) {
    this.random = new Random(seed);
  }

  public boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  public <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  String name() {
    return pick(NAMES);
  }

  String text() {
    return pick(TEXTS);
  }

  BigDecimal number() {
    return switch (random.nextInt(5)) {
      case 0 -> BigDecimal.valueOf(random.nextInt(2001) - 1000);
      case 1 -> BigDecimal.valueOf(random.nextInt(81) - 40).divide(BigDecimal.valueOf(4));
      case 2 -> BigDecimal.valueOf(random.nextInt(201) - 100, 1);
      default -> BigDecimal.valueOf(random.nextInt(13) - 4);
    };
  }

  JsonNode numberNode() {
    BigDecimal plain = number().stripTrailingZeros();
    return plain.scale() <= 0
        ? NODES.numberNode(plain.toBigIntegerExact())
        : NODES.numberNode(plain);
  }

  JsonNode value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2, 3 -> numberNode();
      case 4 -> NODES.textNode(text());
      case 5 -> array(depth);
      default -> object(depth);
    };
  }

  private ArrayNode array(int depth) {
    ArrayNode made = NODES.arrayNode();
    for (int left = random.nextInt(4); left > 0; left--) {
      made.add(value(depth - 1));
    }
    return made;
  }

  private ObjectNode object(int depth) {
    ObjectNode made = NODES.objectNode();
    for (int left = random.nextInt(4); left > 0; left--) {
      made.set(name(), value(depth - 1));
    }
    return made;
  }
}
