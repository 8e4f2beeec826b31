package io.pinion.guide;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of a JSON Schema. Its rules are the arrays and objects of each type; values that are
 * neither are single lexemes in the place where they stand. Keys seen and items counted are states.
 */
final class JsonNetwork implements Network {
  private static final int ROOT = -2;
  private static final int PER_STATE = 400;
  private static final BitSet NONE = new BitSet();

  private final SchemaTypes schema;
  private final Lexer lexer;
  private final JsonTokens tokens;
  private final boolean anyOrder;
  private final int rootType;
  private final Map<JsonPlace, Integer> numbers = new HashMap<>();
  private final List<JsonPlace> places = new ArrayList<>();
  private final List<NetworkState> states = new ArrayList<>();
  private final List<ObjectPlan> objects = new ArrayList<>();
  private final List<ArrayPlan> arrays = new ArrayList<>();
  private final Map<Integer, int[]> entries = new HashMap<>();
  private final Map<Integer, Integer> scalars = new HashMap<>();

  JsonNetwork(SchemaTypes schema, int rootType, Lexer lexer, JsonOptions options) {
    this.schema = schema;
    this.rootType = rootType;
    this.lexer = lexer;
    this.tokens = new JsonTokens(lexer, options.mostSpaces());
    this.anyOrder = options.anyOrder();
  }

  @Override
  public int root() {
    return ROOT;
  }

  @Override
  public boolean nullable(int rule) {
    return false;
  }

  @Override
  public int[] entries(int rule) {
    int[] known = entries.get(rule);
    if (known == null) {
      known = rule == ROOT ? new int[] {number(new JsonPlace.Root(ROOT))} : composites(rule);
      entries.put(rule, known);
    }
    return known;
  }

  private int[] composites(int type) {
    TypeAlternatives found = schema.alternatives(type);
    List<Integer> starts = new ArrayList<>();
    for (ObjectShape shape : found.objects()) {
      if (schema.possible(shape)) {
        objects.add(new ObjectPlan(shape, schema, tokens, anyOrder));
        starts.add(inObject(type, objects.size() - 1, JsonPlace.Phase.START, NONE, 0, -1));
      }
    }
    for (ArrayShape shape : found.arrays()) {
      if (schema.possible(shape)) {
        arrays.add(new ArrayPlan(shape, schema, lexer));
        starts.add(inArray(type, arrays.size() - 1, JsonPlace.Phase.START, 0, 0, 0));
      }
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private int number(JsonPlace place) {
    Integer known = numbers.get(place);
    if (known == null) {
      if (places.size() >= Network.MOST_STATES) {
        throw new GuideLimitException(
            "the JSON Schema needs more than " + Network.MOST_STATES + " states");
      }
      known = places.size();
      numbers.put(place, known);
      places.add(place);
      states.add(null);
    }
    return known;
  }

  private int inObject(
      int rule, int plan, JsonPlace.Phase phase, BitSet seen, int count, int member) {
    return number(new JsonPlace.InObject(rule, plan, phase, seen, count, member));
  }

  private int inArray(
      int rule, int plan, JsonPlace.Phase phase, int index, int matches, long seen) {
    return number(new JsonPlace.InArray(rule, plan, phase, index, matches, seen));
  }

  @Override
  public int rule(int number) {
    return places.get(number).rule();
  }

  /** Objects and arrays end as soon as they may; until then one member does for all orders. */
  @Override
  public NetworkState closing(int number) {
    if (places.get(number) instanceof JsonPlace.InObject place) {
      ObjectPlan plan = objects.get(place.plan());
      boolean between =
          place.phase() == JsonPlace.Phase.FIRST
              || place.phase() == JsonPlace.Phase.NEXT
              || place.phase() == JsonPlace.Phase.AFTER;
      if (between
          && place.phase() != JsonPlace.Phase.NEXT
          && plan.mayEnd(place.seen(), place.count())) {
        NetworkStateBuilder builder = new NetworkStateBuilder();
        objectEnd(plan, place, builder);
        return builder.build();
      } else if (between && place.phase() != JsonPlace.Phase.AFTER) {
        NetworkStateBuilder builder = new NetworkStateBuilder();
        plan.needed(place.seen(), place.count()).forEach(m -> member(plan, place, m, builder));
        return builder.build();
      }
    } else if (places.get(number) instanceof JsonPlace.InArray place
        && place.phase() != JsonPlace.Phase.START
        && place.phase() != JsonPlace.Phase.NEXT
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
      long ways = known.lexemes().length + known.calls().length;
      schema.pool().hold(PER_STATE + 8 * ways);
      states.set(number, known);
    }
    return known;
  }

  private NetworkState build(JsonPlace place) {
    if (place instanceof JsonPlace.End end) {
      return NetworkState.end(end.rule());
    }
    NetworkStateBuilder builder = new NetworkStateBuilder();
    if (place instanceof JsonPlace.InObject inObject) {
      object(inObject, builder);
    } else if (place instanceof JsonPlace.InArray inArray) {
      array(inArray, builder);
    } else {
      value(builder, rootType, number(new JsonPlace.End(ROOT)));
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

  private int scalar(int type) {
    Regex regex = schema.alternatives(type).scalar();
    return schema.pool().alive(regex) ? lexer.lexeme(regex) : -1;
  }

  private void object(JsonPlace.InObject place, NetworkStateBuilder builder) {
    ObjectPlan plan = objects.get(place.plan());
    BitSet seen = place.seen();
    int count = place.count();
    switch (place.phase()) {
      case START -> builder.lexeme(tokens.objectStart, step(place, JsonPlace.Phase.FIRST));
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
            inObject(place.rule(), place.plan(), JsonPlace.Phase.AFTER, after, next, -1));
      }
      case AFTER -> {
        if (!plan.next(seen, count).isEmpty()) {
          builder.lexeme(tokens.comma, step(place, JsonPlace.Phase.NEXT));
        }
        objectEnd(plan, place, builder);
      }
    }
  }

  private int step(JsonPlace.InObject place, JsonPlace.Phase phase) {
    return inObject(place.rule(), place.plan(), phase, place.seen(), place.count(), -1);
  }

  private void members(ObjectPlan plan, JsonPlace.InObject place, NetworkStateBuilder builder) {
    for (int member : plan.next(place.seen(), place.count())) {
      member(plan, place, member, builder);
    }
  }

  private void member(
      ObjectPlan plan, JsonPlace.InObject place, int member, NetworkStateBuilder builder) {
    JsonPlace.Phase value = JsonPlace.Phase.VALUE;
    int target = inObject(place.rule(), place.plan(), value, place.seen(), place.count(), member);
    builder.lexeme(plan.key(member), target);
  }

  private void objectEnd(ObjectPlan plan, JsonPlace.InObject place, NetworkStateBuilder builder) {
    if (plan.mayEnd(place.seen(), place.count())) {
      builder.lexeme(tokens.objectEnd, number(new JsonPlace.End(place.rule())));
    }
  }

  private void array(JsonPlace.InArray place, NetworkStateBuilder builder) {
    ArrayPlan plan = arrays.get(place.plan());
    switch (place.phase()) {
      case START -> builder.lexeme(tokens.arrayStart, step(place, JsonPlace.Phase.FIRST));
      case FIRST -> {
        items(plan, place, builder);
        arrayEnd(plan, place, builder);
      }
      case NEXT -> items(plan, place, builder);
      default -> {
        if (plan.goesOn(place.index(), place.matches())) {
          builder.lexeme(tokens.comma, step(place, JsonPlace.Phase.NEXT));
        }
        arrayEnd(plan, place, builder);
      }
    }
  }

  private int step(JsonPlace.InArray place, JsonPlace.Phase phase) {
    return inArray(place.rule(), place.plan(), phase, place.index(), place.matches(), place.seen());
  }

  private void items(ArrayPlan plan, JsonPlace.InArray place, NetworkStateBuilder builder) {
    int index = plan.counted(place.index() + 1);
    JsonPlace.Phase after = JsonPlace.Phase.AFTER;
    if (plan.values() != null) {
      values(plan.values(), place, index, builder);
      return;
    }
    int plain = plan.plain(place.index(), place.matches());
    if (plain >= 0) {
      value(builder, plain, inArray(place.rule(), place.plan(), after, index, place.matches(), 0));
    }
    int matching = plan.matching(place.index(), place.matches());
    if (matching >= 0) {
      int matches = plan.matched(place.matches() + 1);
      value(builder, matching, inArray(place.rule(), place.plan(), after, index, matches, 0));
    }
  }

  /** The values that did not come yet. */
  private void values(
      int[] values, JsonPlace.InArray place, int index, NetworkStateBuilder builder) {
    for (int i = 0; i < values.length; i++) {
      long bit = 1L << i;
      if ((place.seen() & bit) == 0) {
        JsonPlace.Phase after = JsonPlace.Phase.AFTER;
        long seen = place.seen() | bit;
        int target = inArray(place.rule(), place.plan(), after, index, 0, seen);
        builder.lexeme(values[i], target);
      }
    }
  }

  private void arrayEnd(ArrayPlan plan, JsonPlace.InArray place, NetworkStateBuilder builder) {
    if (plan.mayEnd(place.index(), place.matches())) {
      builder.lexeme(tokens.arrayEnd, number(new JsonPlace.End(place.rule())));
    }
  }
}
