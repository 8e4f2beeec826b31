package io.pinion.guide.json.type;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.keyword.Disjunct;
import io.pinion.guide.json.keyword.JsonStringEncoding;
import io.pinion.guide.json.keyword.KeywordTable;
import io.pinion.guide.json.keyword.Literals;
import io.pinion.guide.json.keyword.NumberRange;
import io.pinion.guide.json.keyword.ObjectConstraints;
import io.pinion.guide.json.keyword.StringPatterns;
import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.IntArrayKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of a document: sets of schemas, and of complements of schemas, that a value must
 * satisfy all at once. There are finitely many, so recursive schemas come back to known types; each
 * is looked into once.
 *
 * <p>A literal is a schema's number times two, plus one for its complement.
 */
public final class TypeSolver implements Literals {
  private static final int MAX_BRANCHES = 3000;
  private static final int MAX_TYPES = 100_000;

  /** What a branch costs of the budget, beside what it says. */
  private static final int STEPS_OF_A_BRANCH = 16;

  private static final int STEPS_OF_A_STATUS = 4;

  /** Whether a type has values. */
  private enum Status {
    OPEN,
    EMPTY,
    FULL
  }

  private final SchemaDocument document;
  private final RegexPool pool;
  private final JsonStringEncoding spelling;
  private final NumberRange range;
  private final KeywordTable keywords;
  private final ShapeBuilder shapes;
  private final DistinctValues distinct;
  private final Map<IntArrayKey, Integer> numbers = new HashMap<>();
  private final List<int[]> literals = new ArrayList<>();
  private final List<TypeAlternatives> alternatives = new ArrayList<>();
  private final List<Status> statuses = new ArrayList<>();
  private final Set<Integer> inProgress = new LinkedHashSet<>();
  private final Set<Integer> named = new HashSet<>();

  public TypeSolver(SchemaDocument document, RegexPool pool) {
    this.document = document;
    this.pool = pool;
    this.spelling = new JsonStringEncoding(pool);
    this.range = new NumberRange(pool);
    this.keywords = new KeywordTable(this, new StringPatterns(spelling), pool);
    this.shapes = new ShapeBuilder(this);
    this.distinct = new DistinctValues(this);
  }

  @Override
  public SchemaDocument document() {
    return document;
  }

  public RegexPool pool() {
    return pool;
  }

  /** The types of items that must differ. */
  public DistinctValues distinct() {
    return distinct;
  }

  public JsonStringEncoding spelling() {
    return spelling;
  }

  @Override
  public int literal(SchemaNode schema, boolean positive) {
    boolean flip = schema == document.nothing();
    int id = flip ? document.anything().id() : schema.id();
    return id << 1 | (positive == flip ? 1 : 0);
  }

  /** The type of the values that satisfy all of some literals. */
  public int type(int... members) {
    pool.spend(1 + members.length);
    int anything = literal(document.anything(), true);
    int[] sorted = Arrays.stream(members).filter(l -> l != anything).sorted().distinct().toArray();
    for (int i = 0; i < sorted.length; i++) {
      boolean opposed = i > 0 && (sorted[i] ^ 1) == sorted[i - 1];
      if (opposed || sorted[i] == (anything ^ 1)) {
        sorted = new int[] {anything ^ 1};
      }
    }
    IntArrayKey key = new IntArrayKey(sorted);
    Integer known = numbers.get(key);
    if (known != null) {
      return known;
    }
    if (literals.size() >= MAX_TYPES) {
      throw new GuideLimitException("the JSON Schema has more than " + MAX_TYPES + " types");
    }
    numbers.put(key, literals.size());
    literals.add(sorted);
    alternatives.add(null);
    statuses.add(Status.OPEN);
    return literals.size() - 1;
  }

  public int type(List<Integer> members) {
    return type(members.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public Regex strings(int literal) {
    if (!named.add(literal)) {
      throw document.node(literal >> 1).unsupported("propertyNames", "leads back to itself");
    }
    RegexList found = new RegexList();
    for (Disjunct branch : branches(new int[] {literal})) {
      if ((branch.types & Disjunct.STRING) != 0) {
        found.add(branch.strings.content(false));
      }
    }
    named.remove(literal);
    return pool.or(found);
  }

  @Override
  public boolean disjoint(int first, int second) {
    return status(type(first, second)) == Status.EMPTY;
  }

  /** Whether no value surely satisfies all of some literals. */
  boolean disjoint(List<Integer> members) {
    return status(type(members)) == Status.EMPTY;
  }

  /** Whether a type has values; to be asked only when no type is being looked into. */
  public boolean possible(int type) {
    return status(type) == Status.FULL;
  }

  /** Whether some value may be of both types; to be asked as {@link #possible(int)} is. */
  boolean overlap(int one, int other) {
    int[] first = literals.get(one);
    int[] both = Arrays.copyOf(first, first.length + literals.get(other).length);
    System.arraycopy(literals.get(other), 0, both, first.length, both.length - first.length);
    return possible(type(both));
  }

  /** Whether the schemas of a type say nothing: they are true or empty. */
  boolean saysNothing(int type) {
    for (int literal : literals.get(type)) {
      if ((literal & 1) != 0 || !document.node(literal >> 1).json().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What the values of a type look like; branches without values may be among them. */
  public TypeAlternatives alternatives(int type) {
    TypeAlternatives known = alternatives.get(type);
    if (known == null) {
      known = lookInto(type);
      alternatives.set(type, known);
    }
    return known;
  }

  private TypeAlternatives lookInto(int type) {
    RegexList scalars = new RegexList();
    Set<ArrayShape> arrays = new LinkedHashSet<>();
    Set<ObjectShape> objects = new LinkedHashSet<>();
    List<TypeBranch> found = new ArrayList<>();
    for (Disjunct branch : branches(literals.get(type))) {
      TypeBranch made = branch(branch);
      found.add(made);
      made.scalars().forEach(part -> scalars.add(part.texts()));
      if (made.array() != null) {
        arrays.add(made.array());
      }
      if (made.object() != null) {
        objects.add(made.object());
      }
    }
    return new TypeAlternatives(
        pool.or(scalars), List.copyOf(arrays), List.copyOf(objects), List.copyOf(found));
  }

  private TypeBranch branch(Disjunct branch) {
    List<ScalarValues> scalars = new ArrayList<>();
    scalars(branch, scalars);
    return new TypeBranch(
        branch.types == Disjunct.EVERY,
        scalars,
        (branch.types & Disjunct.ARRAY) != 0 ? shapes.array(branch.arrays) : null,
        (branch.types & Disjunct.OBJECT) != 0 ? shapes.object(branch.objects) : null);
  }

  private void scalars(Disjunct branch, List<ScalarValues> into) {
    int types = branch.types;
    if ((types & Disjunct.NULL) != 0) {
      into.add(new ScalarValues(ValueShape.Scalar.NULL, pool.literal("null")));
    }
    if ((types & Disjunct.TRUE) != 0) {
      into.add(new ScalarValues(ValueShape.Scalar.BOOLEAN, pool.literal("true")));
    }
    if ((types & Disjunct.FALSE) != 0) {
      into.add(new ScalarValues(ValueShape.Scalar.BOOLEAN, pool.literal("false")));
    }
    if ((types & Disjunct.NUMBER) != 0) {
      boolean integers = (types & Disjunct.INTEGER) != 0;
      boolean fractions = (types & Disjunct.FRACTION) != 0;
      boolean whole = !fractions || branch.numbers.integersAlone();
      into.add(
          new ScalarValues(
              whole ? ValueShape.Scalar.INTEGER : ValueShape.Scalar.NUMBER,
              branch.numbers.regex(integers, fractions, range)));
    }
    if ((types & Disjunct.STRING) != 0) {
      Regex content = branch.strings.content(true);
      if (pool.alive(content)) {
        Regex quote = pool.literal("\"");
        Regex quoted = pool.concat(quote, content, quote);
        into.add(new ScalarValues(ValueShape.Scalar.text(branch.strings.formats()), quoted));
      }
    }
  }

  /** The ways to satisfy some literals, all choices made. */
  private List<Disjunct> branches(int[] members) {
    Disjunct first = new Disjunct(spelling);
    for (int literal : members) {
      first.require(literal);
    }
    Deque<Disjunct> open = new ArrayDeque<>();
    open.push(first);
    List<Disjunct> done = new ArrayList<>();
    int made = 0;
    while (!open.isEmpty()) {
      Disjunct branch = open.pop();
      pool.spend(STEPS_OF_A_BRANCH + branch.size());
      if (++made > MAX_BRANCHES) {
        throw new GuideLimitException(
            "the JSON Schema's alternatives at "
                + document.node(members[0] >> 1).pointer()
                + " are more than "
                + MAX_BRANCHES);
      }
      if (!settle(branch)) {
        continue;
      }
      List<Disjunct.Constraint> choice = branch.nextChoice();
      choice = choice == null ? shapes.someKey(branch) : choice;
      if (choice == null) {
        done.add(branch);
        continue;
      }
      for (int i = choice.size() - 1; i >= 0; i--) {
        Disjunct option = branch.copy();
        choice.get(i).addTo(option);
        open.push(option);
      }
    }
    return done;
  }

  /** Looks into all schemas that are open; whether the branch may still have values. */
  private boolean settle(Disjunct branch) {
    for (int literal = branch.next(); literal >= 0; literal = branch.next()) {
      SchemaNode schema = document.node(literal >> 1);
      if ((literal & 1) == 0) {
        keywords.holds(schema, branch);
      } else {
        keywords.fails(schema, branch);
      }
      if (branch.dead()) {
        return false;
      }
    }
    if ((branch.types & Disjunct.OBJECT) != 0 && contradicted(branch.objects)) {
      branch.types &= ~Disjunct.OBJECT;
    }
    return !branch.dead();
  }

  private boolean contradicted(ObjectConstraints parts) {
    for (String name : parts.required) {
      List<Integer> members = shapes.about(parts, name);
      if (members.size() > 1 && status(type(members)) == Status.EMPTY
          || members.contains(literal(document.nothing(), true))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a type has values, as far as it can be told while others are being looked into. A type
   * that has values only if it has values has none.
   */
  private Status status(int type) {
    Status known = statuses.get(type);
    if (known != Status.OPEN || !inProgress.add(type)) {
      return known;
    }
    pool.spend(STEPS_OF_A_STATUS);
    boolean outermost = inProgress.size() == 1;
    try {
      Status found = find(alternatives(type));
      if (found == Status.OPEN && outermost) {
        found = Status.EMPTY;
      }
      statuses.set(type, found);
      return found;
    } finally {
      inProgress.remove(type);
    }
  }

  private Status find(TypeAlternatives found) {
    if (pool.alive(found.scalar())) {
      return Status.FULL;
    }
    Status best = Status.EMPTY;
    for (ArrayShape shape : found.arrays()) {
      best = better(best, status(shape));
    }
    for (ObjectShape shape : found.objects()) {
      best = best == Status.FULL ? best : better(best, status(shape));
    }
    return best;
  }

  private static Status better(Status one, Status other) {
    return one == Status.FULL || other == Status.FULL
        ? Status.FULL
        : one == Status.OPEN || other == Status.OPEN ? Status.OPEN : Status.EMPTY;
  }

  private static Status worse(Status one, Status other) {
    return one == Status.EMPTY || other == Status.EMPTY
        ? Status.EMPTY
        : one == Status.OPEN || other == Status.OPEN ? Status.OPEN : Status.FULL;
  }

  public boolean possible(ArrayShape shape) {
    return status(shape) == Status.FULL;
  }

  public boolean possible(ObjectShape shape) {
    return status(shape) == Status.FULL;
  }

  private Status status(ArrayShape shape) {
    if (shape.least() > shape.most()
        || shape.leastMatches() > Math.min(shape.most(), shape.mostMatches())) {
      return Status.EMPTY;
    }
    if (shape.distinct() != null && shape.least() > 1) {
      List<Regex> values = DistinctItems.of(this, shape);
      if (values != null ? values.size() < shape.least() : tooFew(shape)) {
        return Status.EMPTY;
      }
    }
    Status worst = Status.FULL;
    long checked = Math.min(shape.least(), shape.prefix().size() + 1L);
    for (int i = 0; i < checked && worst != Status.EMPTY; i++) {
      worst = worse(worst, status(shape.type(i)));
    }
    if (shape.leastMatches() > 0) {
      worst = worse(worst, status(shape.match()));
    }
    if (shape.match() >= 0 && shape.least() > shape.leastMatches()) {
      boolean free = shape.mostMatches() >= shape.least();
      worst = free ? worst : worse(worst, status(shape.other()));
    }
    return worst;
  }

  private boolean tooFew(ArrayShape shape) {
    TypeAlternatives items = alternatives(shape.rest());
    return shape.prefix().isEmpty()
        && items.arrays().isEmpty()
        && items.objects().isEmpty()
        && distinct.values(shape.rest()) < shape.least();
  }

  private Status status(ObjectShape shape) {
    Status worst = Status.FULL;
    long needed = 0;
    for (int i = 0; i < shape.names().size(); i++) {
      if (shape.required().get(i)) {
        needed++;
        worst = worse(worst, status(shape.types().get(i)));
        if (worst == Status.EMPTY) {
          return worst;
        }
      }
    }
    if (needed > shape.most()) {
      return Status.EMPTY;
    }
    return needed >= shape.least() ? worst : worse(worst, enough(shape));
  }

  /** Whether there are keys enough for the least number of members. */
  private Status enough(ObjectShape shape) {
    long full = 0;
    long open = 0;
    for (int type : shape.types()) {
      Status status = status(type);
      full += status == Status.FULL ? 1 : 0;
      open += status == Status.OPEN ? 1 : 0;
    }
    for (int type : shape.otherTypes()) {
      Status status = status(type);
      full += status == Status.FULL ? shape.least() : 0;
      open += status == Status.OPEN ? shape.least() : 0;
    }
    return full >= shape.least()
        ? Status.FULL
        : full + open >= shape.least() ? Status.OPEN : Status.EMPTY;
  }
}
