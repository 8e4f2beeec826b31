package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.pinion.guide.error.UnsupportedGuideException;
import java.nio.charset.StandardCharsets;
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

  private static Guide guide(String schema) {
    return COMPILER.jsonSchema(schema.replace('\'', '"'), new JsonOptions(true, 0));
  }

  private static Guide unique(String items) {
    return guide("{'type':'array','uniqueItems':true,'items':" + items + "}");
  }

  private static boolean accepts(Guide guide, String text) {
    return GuideCases.accepts(guide, text.replace('\'', '"'));
  }

  private static GuideState after(Guide guide, String text) {
    GuideState state = guide.start();
    byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(state.acceptBytes(bytes)).as(text).isEqualTo(bytes.length);
    return state;
  }

  @Test
  void numbersAreComparedByValue() {
    Guide integers = unique("{'type':'integer'}");
    assertThat(List.of("[]", "[1,2,3]", "[1,12,121]", "[0,-1,1]"))
        .allMatch(text -> accepts(integers, text));
    assertThat(List.of("[1,2,1]", "[0,-0]", "[12,1,12]"))
        .noneMatch(text -> accepts(integers, text));
    Guide numbers = unique("{'type':['number','null']}");
    assertThat(List.of("[1.0,2.0]", "[1e2,1e3,null]", "[0.5,5,50,5e-2]", "[1.0,1.01]"))
        .allMatch(text -> accepts(numbers, text));
    assertThat(List.of("[1,1.0]", "[100,1e2]", "[0,-0.0]", "[null,1,null]", "[0.05,5e-2]"))
        .noneMatch(text -> accepts(numbers, text));
  }

  @Test
  void stringsAreComparedByWhatTheySay() {
    Guide guide =
        guide("{'type':'array','uniqueItems':true,'maxItems':4,'items':{'type':'string'}}");
    assertThat(
            List.of(
                "['a','b']",
                "['\\u0061','b']",
                "['\\u0061b','a','b','\\\\u0061']",
                "['é','\\u00e8']",
                "['\\ud83d\\ude00','\\ud83d\\ude01']"))
        .allMatch(text -> accepts(guide, text));
    assertThat(
            List.of(
                "['a','\\u0061']",
                "['é','\\u00E9']",
                "['\\n','\\u000a']",
                "['/','\\/']",
                "['😀','\\ud83d\\ude00']",
                "['a','b','c','d','e']"))
        .noneMatch(text -> accepts(guide, text));
  }

  @Test
  void arraysAndObjectsAreComparedByTheirParts() {
    Guide arrays = unique("{'type':'array','uniqueItems':true,'items':{'type':'integer'}}");
    assertThat(accepts(arrays, "[[],[1],[1,2],[2,1]]")).isTrue();
    assertThat(List.of("[[],[]]", "[[1,2],[1,2]]", "[[1,1]]"))
        .noneMatch(text -> accepts(arrays, text));
    Guide objects = unique("{'type':'object'}");
    assertThat(accepts(objects, "[{'a':1},{'a':2},{'b':1},{'a':1,'b':1}]")).isTrue();
    assertThat(List.of("[{'a':1,'b':[2]},{'b':[2.0],'a':1}]", "[{},{'a':{}},{}]"))
        .noneMatch(text -> accepts(objects, text));
    Guide mixed = guide("{'uniqueItems':true}");
    assertThat(List.of("[1,'1',true,[1],{'a':1},null]", "'text'", "{'a':1}"))
        .allMatch(text -> accepts(mixed, text));
    assertThat(accepts(mixed, "[[1,'a'],1,[1,'a']]")).isFalse();
  }

  @Test
  void aClosedObjectTurnsAwayBeforeItIsBoundToRepeat() {
    Guide guide =
        unique(
            "{'type':'object','properties':{'a':{'type':'boolean'},'b':{'enum':['x','y']}},"
                + "'required':['a','b'],'additionalProperties':false}");
    GuideState state = after(guide, "[{'a':true,'b':'x'},{'b':'y','a':true},{'a':");
    assertThat(allows(state, "t")).isFalse();
    assertThat(new String(state.closing(), StandardCharsets.UTF_8)).startsWith("false,\"b\":");
    GuideState full =
        after(
            guide, "[{'a':true,'b':'x'},{'b':'y','a':true},{'a':false,'b':'x'},{'b':'y','a':false");
    assertThat(allows(full, "}")).isTrue();
    assertThat(allows(full, "},")).isFalse();
  }

  @Test
  void anItemGoesOnWhereItCannotEnd() {
    GuideState number = after(unique("{'type':'integer'}"), "[1,2,1");
    assertThat(allows(number, "]")).isFalse();
    assertThat(allows(number, "2")).isTrue();
    assertThat(number.closing()).isNotEqualTo("]".getBytes(StandardCharsets.UTF_8));
    GuideState zero = after(unique("{'type':'integer'}"), "[0,");
    assertThat(allows(zero, "0")).isFalse();
    GuideState last = after(unique("{'type':'integer','minimum':1,'maximum':3}"), "[3,1,");
    assertThat(List.of("1", "3", "]")).noneMatch(text -> allows(last, text));
    assertThat(new String(last.closing(), StandardCharsets.UTF_8)).isEqualTo("2]");
    assertThat(allows(last, "2,")).isFalse();
  }

  private static boolean allows(GuideState state, String text) {
    return state.fork().acceptBytes(text.getBytes(StandardCharsets.UTF_8)) == text.length();
  }

  /** The vocabulary has the tokens {@code 12}, {@code 1,} and {@code "a"}. */
  @Test
  void tokensThatCrossItemsAreJudgedByEachOfThem() {
    assertThat(GuideCases.maskIsExact(after(unique("{'type':'integer'}"), "[1,"))).isTrue();
    assertThat(GuideCases.maskIsExact(after(unique("{'type':'integer'}"), "[11,1"))).isTrue();
    assertThat(GuideCases.maskIsExact(after(unique("{'type':'string'}"), "['a',"))).isTrue();
    assertThat(GuideCases.maskIsExact(after(unique("{}"), "['a',[1,2],'ab"))).isTrue();
  }

  @Test
  void keysThatAreCountedDiffer() {
    Guide guide = guide("{'type':'object','minProperties':2}");
    assertThat(List.of("{'a':1,'b':2}", "{'a':1,'b':2,'c':3}"))
        .allMatch(text -> accepts(guide, text));
    assertThat(List.of("{'a':1}", "{'a':1,'a':2}", "{'/':1,'\\/':2}", "{'a':1,'b':2,'a':3}"))
        .noneMatch(text -> accepts(guide, text));
    Guide few =
        guide(
            "{'patternProperties':{'^[a-c]$':{'type':'integer'}},'type':'object',"
                + "'additionalProperties':false,'minProperties':3}");
    assertThat(accepts(few, "{'c':1,'a':1,'b':1}")).isTrue();
    assertThat(List.of("{'c':1,'a':1}", "{'c':1,'a':1,'a':2}"))
        .noneMatch(text -> accepts(few, text));
  }

  @Test
  void whatIsSaidElsewhereDoesNotMatter() {
    Guide guide =
        guide(
            "{'type':'array','items':{'type':'array','uniqueItems':true,'items':{'type':'string'}}}");
    assertThat(accepts(guide, "[['a','b'],['a'],['a','b']]")).isTrue();
    assertThat(accepts(guide, "[['a'],['b','b']]")).isFalse();
  }

  /** A fork knows what came before it, and not what came in the other. */
  @Test
  void forksRememberEachTheirOwn() {
    GuideState one = after(unique("{'type':'integer'}"), "[1,");
    GuideState other = one.fork();
    assertThat(one.acceptBytes("2,".getBytes(StandardCharsets.UTF_8))).isEqualTo(2);
    assertThat(allows(other, "2,3]")).isTrue();
    assertThat(allows(one, "2,")).isFalse();
    assertThat(allows(one, "3]")).isTrue();
  }

  /** What rows remember is theirs: the guide's own automata do not grow with the items. */
  @Test
  void longArraysLeaveTheGuideAsItIs() {
    Guide guide = unique("{'type':['integer','string']}");
    GuideState state = after(guide, "[0,'s0'");
    long before = 0;
    for (int i = 1; i <= 10_000; i++) {
      byte[] item = (i % 2 == 0 ? "," + i : ",\"s" + i + "\"").getBytes(StandardCharsets.UTF_8);
      assertThat(state.acceptBytes(item)).isEqualTo(item.length);
      before = i == 1000 ? guide.lexer().pool().bytes() : before;
    }
    assertThat(guide.lexer().pool().bytes()).isEqualTo(before);
    assertThat(allows(state, ",\"s77\"]")).isFalse();
    assertThat(allows(state, ",77]")).isTrue();
    assertThat(allows(state, ",78]")).isFalse();
  }

  @Test
  void whatMayRunOutOfValuesIsRefused() {
    assertThatThrownBy(
            () ->
                guide(
                    "{'type':'array','uniqueItems':true,'prefixItems':[{'const':1},{'const':1}],"
                        + "'minItems':2}"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("uniqueItems at #/uniqueItems")
        .hasMessageContaining("run out of values");
    assertThatThrownBy(
            () ->
                guide(
                    "{'type':'array','uniqueItems':true,'minItems':3,'items':{'type':'boolean'}}"))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("no value");
    assertThatThrownBy(() -> guide("{'not':{'type':'array','uniqueItems':true}}"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("inside not or oneOf");
  }

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
      } catch (AssertionError e) {
        faults.add("seed " + seed + ": " + e.getMessage() + " for " + schema);
      }
    }
    assertThat(faults).isEmpty();
    assertThat(refused).isLessThan(ROUNDS / 3);
  }

  private void look(GuideState state) {
    assertThat(state.isOpen() || state.isAccepting()).as("the text may go on or end").isTrue();
    assertThat(GuideCases.maskIsExact(state)).as("the mask is exact").isTrue();
    assertThat(GuideCases.goesOn(state)).as("a token may come").isEqualTo(state.isOpen());
    GuideState ahead = state.fork();
    byte[] forced = ahead.forced();
    assertThat(ahead.acceptBytes(forced)).as("what is forced is taken").isEqualTo(forced.length);
    byte[] closing = state.fork().closing();
    GuideState end = state.fork();
    assertThat(end.acceptBytes(closing)).isEqualTo(closing.length);
    assertThat(end.isAccepting()).as("the closing closes").isTrue();
  }
}
