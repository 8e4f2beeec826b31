package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random schemas, judged by the networknt validator: what the masks let through is valid, and what
 * is valid gets through.
 *
 * <p>A long run: {@code mvn test -Dtest=JsonSchemaPropertyTest -Dproperty.rounds=20000}.
 */
class JsonSchemaPropertyTest {
  private static final int ROUNDS = Integer.getInteger("property.rounds", 400);
  private static final long FIRST_SEED = Long.getLong("property.seed", 0);
  private static final JsonOptions ANY = new JsonOptions(true, 0);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final GuideCompiler compiler = new GuideCompiler(GuideCases.tokens());
  private final List<String> faults = new ArrayList<>();
  private int refused;
  private int texts;
  private int valid;
  private int invalid;

  @Test
  void guidesAndTheValidatorAgree() throws JsonProcessingException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      round(seed);
    }
    System.out.printf(
        "property: %d schemas, %d refused, %d texts made, %d valid and %d invalid instances%n",
        ROUNDS, refused, texts, valid, invalid);
    assertThat(faults).isEmpty();
    assertThat(refused).isLessThan(ROUNDS / 3);
  }

  private void round(long seed) throws JsonProcessingException {
    RandomValues values = new RandomValues(seed);
    boolean plain = seed % 3 == 0;
    RandomSchemas schemas =
        seed % 4 == 1 ? RandomSchemas.ofArrays(values) : new RandomSchemas(values, plain);
    boolean ordered = plain && seed % 4 != 1;
    ObjectNode schema = schemas.document();
    SchemaOracle oracle = new SchemaOracle(schema);
    RandomInstances instances = new RandomInstances(values, schema);
    Guide any = guide(schema, ANY);
    if (any == null) {
      refused++;
      return;
    }
    Guide inOrder = guide(schema, JsonOptions.DEFAULT);
    RandomTexts made = new RandomTexts(values, GuideCases.tokens());
    for (int i = 0; i < 5; i++) {
      judge(seed, schema, oracle, made.next(any));
      judge(seed, schema, oracle, made.next(inOrder));
    }
    for (int i = 0; i < 20; i++) {
      JsonNode instance = instances.next();
      boolean right = oracle.valid(instance);
      valid += right ? 1 : 0;
      invalid += right ? 0 : 1;
      compare(seed, schema, any, instance, right);
      if (ordered && right) {
        compare(seed, schema, inOrder, instances.ordered(instance, schema), true);
      }
    }
  }

  private Guide guide(JsonNode schema, JsonOptions options) throws JsonProcessingException {
    try {
      return compiler.jsonSchema(JSON.writeValueAsString(schema), options);
    } catch (GuideException e) {
      return null;
    }
  }

  private void judge(long seed, JsonNode schema, SchemaOracle oracle, String text)
      throws JsonProcessingException {
    texts++;
    if (!SchemaOracle.judges(text)) {
      return;
    }
    try {
      if (!oracle.valid(JSON.readTree(text))) {
        faults.add("seed " + seed + ": made the invalid " + text + " for " + schema);
      }
    } catch (JsonProcessingException e) {
      faults.add("seed " + seed + ": made " + text + ", no JSON, for " + schema);
    }
  }

  private void compare(long seed, JsonNode schema, Guide guide, JsonNode instance, boolean right)
      throws JsonProcessingException {
    String text = JSON.writeValueAsString(instance);
    if (GuideCases.accepts(guide, text) != right) {
      String what = right ? "rejects the valid " : "accepts the invalid ";
      faults.add("seed " + seed + ": " + what + text + " for " + schema);
    }
  }
}
