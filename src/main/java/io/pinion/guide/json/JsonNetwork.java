package io.pinion.guide.json;

import io.pinion.guide.earley.NetworkState;
import io.pinion.guide.earley.NetworkStateBuilder;
import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.type.ArrayShape;
import io.pinion.guide.json.type.ObjectShape;
import io.pinion.guide.json.type.TypeAlternatives;
import io.pinion.guide.json.type.TypeSolver;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of a JSON Schema. Its rules are the arrays and objects of each type; values that are
 * neither are single lexemes in the place where they stand. Keys seen and items counted are states.
 */
final class JsonNetwork implements TransitionNetwork {
  private static final int ROOT = -2;

  /** Less a type: its arrays and objects that must differ from those beside them in an array. */
  private static final int DISTINCT = -3;

  private static final int PER_STATE = 400;
  private static final BitSet NONE = new BitSet();

  private final TypeSolver schema;
  private final Lexer lexer;
  private final JsonPunctuation tokens;
  private final boolean anyOrder;
  private final Remembering remembering;
  private final int rootType;
  private final Map<JsonStateKey, Integer> numbers = new HashMap<>();
  private final List<JsonStateKey> places = new ArrayList<>();
  private final List<NetworkState> states = new ArrayList<>();
  private final List<ObjectPlan> objects = new ArrayList<>();
  private final List<ArrayPlan> arrays = new ArrayList<>();
  private final Map<Integer, int[]> entries = new HashMap<>();
  private final Map<Integer, Integer> scalars = new HashMap<>();
  private final Map<Integer, Integer> distinctScalars = new HashMap<>();

  /**
   * A network.
   *
   * @param remembering whether some items or keys must differ from those before them
   */
  JsonNetwork(
      TypeSolver schema, int rootType, Remembering remembering, Lexer lexer, JsonOptions options) {
    this.schema = schema;
    this.remembering = remembering;
    this.rootType = rootType;
    this.lexer = lexer;
    this.tokens = new JsonPunctuation(lexer, options.mostSpaces());
    this.anyOrder = options.anyOrder();
  }

  @Override
  public int root() {
    return ROOT;
  }

  @Override
  public boolean remembers() {
    return remembering != Remembering.NOTHING;
  }

  @Override
  public boolean looksAhead() {
    return remembering == Remembering.PARTS;
  }

  @Override
  public boolean nullable(int rule) {
    return false;
  }

  @Override
  public int[] entries(int rule) {
    int[] known = entries.get(rule);
    if (known == null) {
      known = rule == ROOT ? new int[] {number(new JsonStateKey.Root(ROOT))} : composites(rule);
      entries.put(rule, known);
    }
    return known;
  }

  private int[] composites(int rule) {
    boolean distinct = rule <= DISTINCT;
    TypeAlternatives found = schema.alternatives(distinct ? DISTINCT - rule : rule);
    List<Integer> starts = new ArrayList<>();
    for (ObjectShape shape : found.objects()) {
      if (schema.possible(shape)) {
        objects.add(new ObjectPlan(shape, schema, tokens, anyOrder, distinct));
        starts.add(inObject(rule, objects.size() - 1, JsonStateKey.Phase.START, NONE, 0, -1));
      }
    }
    for (ArrayShape shape : found.arrays()) {
      if (schema.possible(shape)) {
        arrays.add(new ArrayPlan(shape, schema, lexer, tokens.arrayEnd(distinct)));
        starts.add(inArray(rule, arrays.size() - 1, JsonStateKey.Phase.START, 0, 0, 0));
      }
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private int number(JsonStateKey place) {
    Integer known = numbers.get(place);
    if (known == null) {
      if (places.size() >= TransitionNetwork.MAX_STATES) {
        throw new GuideLimitException(
            "the JSON Schema needs more than " + TransitionNetwork.MAX_STATES + " states");
      }
      known = places.size();
      numbers.put(place, known);
      places.add(place);
      states.add(null);
    }
    return known;
  }

  private int inObject(
      int rule, int plan, JsonStateKey.Phase phase, BitSet seen, int count, int member) {
    return number(new JsonStateKey.InObject(rule, plan, phase, seen, count, member));
  }

  private int inArray(
      int rule, int plan, JsonStateKey.Phase phase, int index, int matches, long seen) {
    return number(new JsonStateKey.InArray(rule, plan, phase, index, matches, seen));
  }

  @Override
  public int rule(int number) {
    return places.get(number).rule();
  }

  @Override
  public int leastToEnd(int number) {
    if (places.get(number) instanceof JsonStateKey.InObject place
        && place.phase() == JsonStateKey.Phase.VALUE) {
      return 1 + leastValue(objects.get(place.plan()).type(place.member()));
    }
    return places.get(number) instanceof JsonStateKey.End ? 0 : 1;
  }

  private int leastValue(int type) {
    TypeAlternatives found = schema.alternatives(type);
    boolean composite = !found.objects().isEmpty() || !found.arrays().isEmpty();
    return Math.min(found.scalar().shortest, composite ? 2 : Integer.MAX_VALUE / 2);
  }

  /** Objects and arrays end as soon as they may; until then one member does for all orders. */
  @Override
  public NetworkState closing(int number) {
    if (places.get(number) instanceof JsonStateKey.InObject place) {
      ObjectPlan plan = objects.get(place.plan());
      boolean between =
          place.phase() == JsonStateKey.Phase.FIRST
              || place.phase() == JsonStateKey.Phase.NEXT
              || place.phase() == JsonStateKey.Phase.AFTER;
      if (between
          && place.phase() != JsonStateKey.Phase.NEXT
          && plan.mayEnd(place.seen(), place.count())) {
        NetworkStateBuilder builder = new NetworkStateBuilder();
        objectEnd(plan, place, builder);
        return builder.build();
      } else if (between && place.phase() != JsonStateKey.Phase.AFTER) {
        NetworkStateBuilder builder = new NetworkStateBuilder();
        plan.needed(place.seen(), place.count()).forEach(m -> member(plan, place, m, builder));
        return builder.build();
      }
    } else if (places.get(number) instanceof JsonStateKey.InArray place
        && place.phase() != JsonStateKey.Phase.START
        && place.phase() != JsonStateKey.Phase.NEXT
        && arrays.get(place.plan()).mayEnd(place.index(), place.matches())) {
      NetworkStateBuilder builder = new NetworkStateBuilder();
      arrayEnd(arrays.get(place.plan()), place, builder);
      return builder.build();
    }
    return state(number);
  }

  @Override
  public NetworkState state(int number) {
    NetworkState known = states.get(number);
    if (known == null) {
      known = build(places.get(number));
      int ways = known.lexemes().length + known.calls().length;
      schema.pool().spend(1 + ways);
      schema.pool().hold(PER_STATE + 8L * ways + places.get(number).bytes());
      states.set(number, known);
    }
    return known;
  }

  private NetworkState build(JsonStateKey place) {
    if (place instanceof JsonStateKey.End end) {
      return NetworkState.end(end.rule());
    }
    NetworkStateBuilder builder = new NetworkStateBuilder();
    if (place instanceof JsonStateKey.InObject inObject) {
      object(inObject, builder);
    } else if (place instanceof JsonStateKey.InArray inArray) {
      array(inArray, builder);
    } else {
      value(builder, rootType, number(new JsonStateKey.End(ROOT)));
    }
    return builder.build();
  }

  private void value(NetworkStateBuilder builder, int type, int target) {
    int scalar = scalars.computeIfAbsent(type, this::scalar);
    if (scalar >= 0) {
      builder.lexeme(scalar, target);
    }
    if (entries(type).length > 0) {
      builder.call(type, target);
    }
  }

  /** A value that must differ from those before it in its array. */
  private void distinctValue(NetworkStateBuilder builder, int type, int target) {
    int scalar = distinctScalars.computeIfAbsent(type, this::distinctScalar);
    if (scalar >= 0) {
      builder.lexeme(scalar, target);
    }
    if (entries(DISTINCT - type).length > 0) {
      builder.call(DISTINCT - type, target);
    }
  }

  private int distinctScalar(int type) {
    Regex regex = schema.distinct().scalars(type);
    return schema.pool().alive(regex) ? lexer.distinctLexeme(regex) : -1;
  }

  private int scalar(int type) {
    Regex regex = schema.alternatives(type).scalar();
    return schema.pool().alive(regex) ? lexer.lexeme(regex) : -1;
  }

  private void object(JsonStateKey.InObject place, NetworkStateBuilder builder) {
    ObjectPlan plan = objects.get(place.plan());
    BitSet seen = place.seen();
    int count = place.count();
    switch (place.phase()) {
      case START -> builder.lexeme(tokens.objectStart, step(place, JsonStateKey.Phase.FIRST));
      case FIRST -> {
        members(plan, place, builder);
        objectEnd(plan, place, builder);
      }
      case NEXT -> members(plan, place, builder);
      case VALUE -> {
        BitSet after = plan.with(seen, place.member());
        int next = plan.counted(count + 1);
        value(
            builder,
            plan.type(place.member()),
            inObject(place.rule(), place.plan(), JsonStateKey.Phase.AFTER, after, next, -1));
      }
      case AFTER -> {
        if (!plan.next(seen, count).isEmpty()) {
          builder.lexeme(tokens.comma, step(place, JsonStateKey.Phase.NEXT));
        }
        objectEnd(plan, place, builder);
      }
    }
  }

  private int step(JsonStateKey.InObject place, JsonStateKey.Phase phase) {
    return inObject(place.rule(), place.plan(), phase, place.seen(), place.count(), -1);
  }

  private void members(ObjectPlan plan, JsonStateKey.InObject place, NetworkStateBuilder builder) {
    for (int member : plan.next(place.seen(), place.count())) {
      member(plan, place, member, builder);
    }
  }

  private void member(
      ObjectPlan plan, JsonStateKey.InObject place, int member, NetworkStateBuilder builder) {
    JsonStateKey.Phase value = JsonStateKey.Phase.VALUE;
    int target = inObject(place.rule(), place.plan(), value, place.seen(), place.count(), member);
    builder.lexeme(plan.key(member), target);
  }

  private void objectEnd(
      ObjectPlan plan, JsonStateKey.InObject place, NetworkStateBuilder builder) {
    if (plan.mayEnd(place.seen(), place.count())) {
      builder.lexeme(plan.end(), number(new JsonStateKey.End(place.rule())));
    }
  }

  private void array(JsonStateKey.InArray place, NetworkStateBuilder builder) {
    ArrayPlan plan = arrays.get(place.plan());
    switch (place.phase()) {
      case START -> builder.lexeme(tokens.arrayStart, step(place, JsonStateKey.Phase.FIRST));
      case FIRST -> {
        items(plan, place, builder);
        arrayEnd(plan, place, builder);
      }
      case NEXT -> items(plan, place, builder);
      default -> {
        if (plan.goesOn(place.index(), place.matches())) {
          builder.lexeme(tokens.comma, step(place, JsonStateKey.Phase.NEXT));
        }
        arrayEnd(plan, place, builder);
      }
    }
  }

  private int step(JsonStateKey.InArray place, JsonStateKey.Phase phase) {
    return inArray(place.rule(), place.plan(), phase, place.index(), place.matches(), place.seen());
  }

  private void items(ArrayPlan plan, JsonStateKey.InArray place, NetworkStateBuilder builder) {
    int index = plan.counted(place.index() + 1);
    JsonStateKey.Phase after = JsonStateKey.Phase.AFTER;
    if (plan.values() != null) {
      values(plan.values(), place, index, builder);
      return;
    }
    int plain = plan.plain(place.index(), place.matches());
    if (plain >= 0) {
      item(
          plan,
          builder,
          plain,
          inArray(place.rule(), place.plan(), after, index, place.matches(), 0));
    }
    int matching = plan.matching(place.index(), place.matches());
    if (matching >= 0) {
      int matches = plan.matched(place.matches() + 1);
      int target = inArray(place.rule(), place.plan(), after, index, matches, 0);
      item(plan, builder, matching, target);
    }
  }

  private void item(ArrayPlan plan, NetworkStateBuilder builder, int type, int target) {
    if (plan.distinct()) {
      distinctValue(builder, type, target);
    } else {
      value(builder, type, target);
    }
  }

  /** The values that did not come yet. */
  private void values(
      int[] values, JsonStateKey.InArray place, int index, NetworkStateBuilder builder) {
    for (int i = 0; i < values.length; i++) {
      long bit = 1L << i;
      if ((place.seen() & bit) == 0) {
        JsonStateKey.Phase after = JsonStateKey.Phase.AFTER;
        long seen = place.seen() | bit;
        int target = inArray(place.rule(), place.plan(), after, index, 0, seen);
        builder.lexeme(values[i], target);
      }
    }
  }

  private void arrayEnd(ArrayPlan plan, JsonStateKey.InArray place, NetworkStateBuilder builder) {
    if (plan.mayEnd(place.index(), place.matches())) {
      builder.lexeme(plan.end(), number(new JsonStateKey.End(place.rule())));
    }
  }
}
