package io.pinion.guide.json.type;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.keyword.ArrayConstraints;
import io.pinion.guide.json.keyword.Disjunct;
import io.pinion.guide.json.keyword.KeyMatch;
import io.pinion.guide.json.keyword.KeyRule;
import io.pinion.guide.json.keyword.ObjectConstraints;
import io.pinion.guide.json.keyword.SomeKey;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes the shapes of the arrays and objects of a branch. */
final class ShapeBuilder {
  private static final int MAX_KEY_CLASSES = 256;

  /**
   * Keys that need not be distinguished.
   *
   * @param keys the texts, where they are spelled as keys are
   * @param matched the patterns that they match
   */
  private record KeyClass(Regex keys, List<Integer> literals, List<Regex> matched) {}

  private final TypeSolver types;
  private final RegexPool pool;

  ShapeBuilder(TypeSolver types) {
    this.types = types;
    this.pool = types.pool();
  }

  /** The literals that the value of a key must satisfy. */
  List<Integer> about(ObjectConstraints parts, String name) {
    List<Integer> found = new ArrayList<>(parts.named.getOrDefault(name, Set.of()));
    Regex spelled = parts.rules.isEmpty() ? null : types.spelling().text(name);
    for (KeyRule rule : parts.rules) {
      if (rule.match().covers(name, spelled, pool)) {
        found.add(rule.literal());
      }
    }
    return found;
  }

  ObjectShape object(ObjectConstraints parts) {
    List<String> names = new ArrayList<>();
    List<Integer> valueTypes = new ArrayList<>();
    List<Boolean> required = new ArrayList<>();
    Set<String> mentioned = parts.names();
    pool.spend(mentioned.size() * (1 + parts.rules.size()));
    for (String name : mentioned) {
      names.add(name);
      valueTypes.add(types.type(about(parts, name)));
      required.add(parts.required.contains(name));
    }
    List<KeyClass> others = otherKeys(parts, mentioned);
    List<List<String>> few = parts.least > parts.required.size() + 1 ? few(others) : null;
    List<Regex> otherKeys = new ArrayList<>();
    List<Integer> otherTypes = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      int type = types.type(others.get(i).literals);
      if (few == null) {
        otherKeys.add(others.get(i).keys);
        otherTypes.add(type);
      } else {
        names.addAll(few.get(i));
        valueTypes.addAll(Collections.nCopies(few.get(i).size(), type));
        required.addAll(Collections.nCopies(few.get(i).size(), false));
      }
    }
    return new ObjectShape(
        names,
        mentioned.size(),
        valueTypes,
        required,
        otherKeys,
        otherTypes,
        parts.least,
        parts.most);
  }

  /** The keys of each class; null where some has too many. */
  private List<List<String>> few(List<KeyClass> classes) {
    List<List<String>> found = new ArrayList<>();
    for (KeyClass one : classes) {
      Regex quote = pool.literal("\"");
      List<String> keys = DistinctItems.strings(pool, pool.concat(quote, one.keys, quote));
      if (keys == null) {
        return null;
      }
      found.add(keys);
    }
    return found;
  }

  /** The keys not spoken of by name, parted by the patterns that they match. */
  private List<KeyClass> otherKeys(ObjectConstraints parts, Set<String> names) {
    List<KeyClass> classes = new ArrayList<>();
    classes.add(new KeyClass(pool.not(spelled(names)), List.of(), List.of()));
    for (Regex pattern : patterns(parts)) {
      List<KeyClass> parted = new ArrayList<>();
      for (KeyClass one : classes) {
        part(one, pattern, parted);
      }
      classes = parted;
      if (classes.size() > MAX_KEY_CLASSES) {
        throw new GuideLimitException(
            "the JSON Schema's key patterns overlap in more than " + MAX_KEY_CLASSES + " ways");
      }
    }
    List<KeyClass> found = new ArrayList<>();
    for (KeyClass one : classes) {
      List<Integer> literals = literals(parts, one);
      if (!literals.contains(types.literal(types.document().nothing(), true))) {
        found.add(new KeyClass(texts(one.keys, one.matched), literals, one.matched));
      }
    }
    return found;
  }

  private Regex spelled(Set<String> names) {
    RegexList texts = new RegexList();
    names.forEach(name -> texts.add(types.spelling().text(name)));
    return pool.or(texts);
  }

  private static Set<Regex> patterns(ObjectConstraints parts) {
    Set<Regex> found = new LinkedHashSet<>();
    List<KeyRule> rules = new ArrayList<>(parts.rules);
    parts.some.forEach(some -> rules.add(some.rule()));
    for (KeyRule rule : rules) {
      if (rule.match() instanceof KeyMatch.Patterned patterned) {
        found.add(patterned.regex());
      } else if (rule.match() instanceof KeyMatch.Remaining remaining) {
        found.addAll(remaining.patterns());
      }
    }
    return found;
  }

  private void part(KeyClass whole, Regex pattern, List<KeyClass> into) {
    Regex inside = pool.and(whole.keys, pattern);
    Regex outside = pool.and(whole.keys, pool.not(pattern));
    List<Regex> matched = new ArrayList<>(whole.matched);
    matched.add(pattern);
    if (pool.alive(texts(inside, matched))) {
      into.add(new KeyClass(inside, whole.literals, matched));
    }
    if (pool.alive(texts(outside, whole.matched))) {
      into.add(new KeyClass(outside, whole.literals, whole.matched));
    }
  }

  /** The spelled texts among some; a plain pattern is spelled already. */
  private Regex texts(Regex keys, List<Regex> matched) {
    boolean spelled = matched.stream().anyMatch(one -> one.plain && one != pool.all());
    return spelled ? keys : pool.and(types.spelling().any(), keys);
  }

  private static List<Integer> literals(ObjectConstraints parts, KeyClass keys) {
    List<Integer> found = new ArrayList<>();
    for (KeyRule rule : parts.rules) {
      if (covers(rule.match(), keys)) {
        found.add(rule.literal());
      }
    }
    return found;
  }

  private static boolean covers(KeyMatch match, KeyClass keys) {
    if (match instanceof KeyMatch.Patterned patterned) {
      return keys.matched.contains(patterned.regex());
    } else if (match instanceof KeyMatch.Remaining remaining) {
      return remaining.patterns().stream().noneMatch(keys.matched::contains);
    }
    return false;
  }

  /** The ways to have a key that must be there but has no name; null when none must. */
  List<Disjunct.Constraint> someKey(Disjunct branch) {
    ObjectConstraints parts = branch.objects;
    if (parts.some.isEmpty()) {
      return null;
    }
    SomeKey some = parts.some.remove(0);
    KeyRule rule = some.rule();
    Set<String> names = parts.names();
    List<Disjunct.Constraint> options = new ArrayList<>();
    for (String name : names) {
      if (rule.match().covers(name, types.spelling().text(name), pool)) {
        options.add(
            option -> {
              option.objects.required.add(name);
              option.objects.rule(new KeyMatch.Named(name), rule.literal());
            });
      }
    }
    parts.some.add(0, some);
    for (KeyClass keys : otherKeys(parts, names)) {
      List<Integer> literals = new ArrayList<>(keys.literals);
      literals.add(rule.literal());
      if (covers(rule.match(), keys) && !types.disjoint(literals)) {
        throw some.schema()
            .unsupported(
                some.keyword(), "fails by some key among endlessly many, inside not or oneOf");
      }
    }
    parts.some.remove(0);
    return options.isEmpty() ? List.of(option -> option.only(0)) : options;
  }

  ArrayShape array(ArrayConstraints parts) {
    int length = parts.prefix();
    List<Integer> prefix = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      prefix.add(types.type(items(parts, i)));
    }
    List<Integer> rest = items(parts, Integer.MAX_VALUE);
    int match = -1;
    int other = -1;
    long leastMatches = 0;
    long mostMatches = Regex.UNBOUNDED;
    if (!parts.contains.isEmpty()) {
      ArrayConstraints.Contains contains = parts.contains.get(0);
      if (parts.contains.size() > 1 || length > 0) {
        throw types
            .document()
            .node(contains.literal() >> 1)
            .unsupported("contains", "beside another one or beside a list of items");
      }
      List<Integer> matching = new ArrayList<>(rest);
      matching.add(contains.literal());
      match = types.type(matching);
      List<Integer> failing = new ArrayList<>(rest);
      if (contains.most() != Regex.UNBOUNDED) {
        failing.add(contains.literal() ^ 1);
      }
      other = types.type(failing);
      leastMatches = contains.least();
      mostMatches = contains.most();
    }
    SchemaNode distinct = parts.most > 1 ? parts.unique : null;
    SchemaNode repeating = parts.repeating;
    return new ArrayShape(
        prefix,
        types.type(rest),
        parts.least,
        parts.most,
        match,
        other,
        leastMatches,
        mostMatches,
        distinct,
        repeating);
  }

  private static List<Integer> items(ArrayConstraints parts, int index) {
    List<Integer> found = new ArrayList<>();
    for (ArrayConstraints.Items rule : parts.items) {
      found.add(index < rule.prefix().size() ? rule.prefix().get(index) : rule.rest());
    }
    return found;
  }
}
