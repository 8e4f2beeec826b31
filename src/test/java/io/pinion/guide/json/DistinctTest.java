package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Items and keys that must differ from those before them. A long run: {@code mvn test
 * -Dtest=DistinctTest -Dproperty.rounds=20000}.
 */
class DistinctTest {
  private static final int ROUNDS = Integer.getInteger("property.rounds", 300);
  private static final long FIRST_SEED = Long.getLong("property.seed", 0);
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Random walks over dense schemas: what ends is valid, and it can always end. */
  @Test
  void everyWalkEndsInWhatTheValidatorTakes() throws JsonProcessingException {
    List<String> faults = new ArrayList<>();
    int refused = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      RandomValues values = new RandomValues(seed);
      JsonNode schema = new DistinctSchemas(values).document();
      SchemaOracle oracle = new SchemaOracle(schema.deepCopy());
      try {
        Guide guide = COMPILER.jsonSchema(schema, new JsonOptions(seed % 2 == 0, (int) seed % 3));
        for (int i = 0; i < 4; i++) {
          String text = new RandomTexts(values, GuideCases.tokens()).walk(guide, this::look);
          if (!oracle.valid(JSON.readTree(text))) {
            faults.add("seed " + seed + ": made the invalid " + text + " for " + schema);
          }
        }
      } catch (GuideException e) {
        refused++;
        assertThat(e).as("seed %d: %s", seed, schema).hasMessageNotContaining("cannot be closed");
        if (Boolean.getBoolean("distinct.print")) System.out.println(e.getMessage() + " " + schema);
      } catch (AssertionError e) {
        faults.add("seed " + seed + ": " + e.getMessage() + " for " + schema);
      }
    }
    System.out.println("refused " + refused + " of " + ROUNDS);
    assertThat(faults).isEmpty();
    assertThat(refused).isLessThan(ROUNDS / 3);
  }

  private void look(GuideState state) {
    assertThat(state.isOpen() || state.isAccepting()).as("the text may go on or end").isTrue();
    assertThat(GuideCases.maskIsExact(state)).as("the mask is exact").isTrue();
    long[] mask = new long[GuideCases.tokens().words()];
    state.mask(mask);
    boolean goesOn = false;
    for (long word : mask) {
      goesOn |= word != 0;
    }
    assertThat(goesOn).as("a token may come").isEqualTo(state.isOpen());
    GuideState ahead = state.fork();
    byte[] forced = ahead.forced();
    assertThat(ahead.acceptBytes(forced)).as("what is forced is taken").isEqualTo(forced.length);
    byte[] closing = state.fork().closing();
    GuideState end = state.fork();
    assertThat(end.acceptBytes(closing)).isEqualTo(closing.length);
    assertThat(end.isAccepting()).as("the closing closes").isTrue();
  }
}
