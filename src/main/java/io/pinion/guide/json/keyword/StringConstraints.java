package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.LiteralTrie;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.CodePoints;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a branch of a schema says about strings. */
public final class StringConstraints {
  private static final int MANY = 1000;

  private final JsonStringEncoding spelling;
  private final RegexPool pool;
  private long least;
  private long most = Regex.UNBOUNDED;
  private RegexList conditions = new RegexList();
  private Set<String> allowed;
  private Set<String> excluded = new HashSet<>();
  private Set<String> formats = new LinkedHashSet<>();

  StringConstraints(JsonStringEncoding spelling) {
    this.spelling = spelling;
    this.pool = spelling.pool();
  }

  StringConstraints copy() {
    StringConstraints copy = new StringConstraints(spelling);
    copy.least = least;
    copy.most = most;
    copy.conditions.addAll(conditions);
    copy.allowed = allowed == null ? null : new LinkedHashSet<>(allowed);
    copy.excluded.addAll(excluded);
    copy.formats.addAll(formats);
    return copy;
  }

  void length(long from, long to) {
    least = Math.max(least, from);
    most = Math.min(most, to);
  }

  /** A condition on the inside of the string. */
  void matching(Regex condition) {
    conditions.add(condition);
  }

  /** Remembers the name of a format whose condition was told. */
  void formatted(String format) {
    formats.add(format);
  }

  /** The formats that the strings have. */
  public Set<String> formats() {
    return Collections.unmodifiableSet(formats);
  }

  void allow(Set<String> values) {
    if (allowed == null) {
      allowed = new LinkedHashSet<>(values);
    } else {
      allowed.retainAll(values);
    }
  }

  void exclude(String value) {
    excluded.add(value);
  }

  boolean impossible() {
    return least > most || allowed != null && allowed.isEmpty();
  }

  /** The inside of the strings; every escape is known where nothing depends on the text. */
  public Regex content(boolean everyEscape) {
    if (impossible()) {
      return pool.empty();
    }
    if (allowed != null) {
      return enumerated();
    }
    boolean free = conditions.isEmpty() && excluded.isEmpty() && everyEscape;
    Regex one = free ? spelling.anyCharacter() : spelling.one(CodePoints.ALL);
    RegexList all = new RegexList();
    all.addAll(conditions);
    if (most != Regex.UNBOUNDED || least > leastOfConditions()) {
      all.add(pool.repeat(one, (int) least, (int) most));
    }
    if (!excluded.isEmpty()) {
      RegexList texts = new RegexList();
      excluded.forEach(text -> texts.add(spelling.text(text)));
      all.add(pool.not(pool.or(texts)));
    }
    return pool.and(all);
  }

  /** The length that a spelled condition implies; -1 when none says that a text is spelled. */
  private int leastOfConditions() {
    int found = -1;
    for (Regex condition : conditions) {
      if (condition.plain && condition != pool.all()) {
        found = Math.max(found, condition.nullable ? 0 : 1);
      }
    }
    return found;
  }

  private Regex enumerated() {
    RegexList texts = new RegexList();
    if (conditions.isEmpty() && allowed.size() > MANY) {
      return many();
    }
    for (String text : allowed) {
      long length = text.codePointCount(0, text.length());
      Regex spelled = spelling.text(text);
      if (length >= least && length <= most && !excluded.contains(text) && fits(spelled)) {
        texts.add(spelled);
      }
    }
    return pool.or(texts);
  }

  /** Many texts; those that are spelled in one way only are parted where they differ. */
  private Regex many() {
    RegexList ways = new RegexList();
    List<byte[]> plain = new ArrayList<>();
    for (String text : allowed) {
      long length = text.codePointCount(0, text.length());
      if (length < least || length > most || excluded.contains(text)) {
        continue;
      }
      if (JsonStringEncoding.isPlain(text)) {
        plain.add(text.getBytes(StandardCharsets.UTF_8));
      } else {
        ways.add(spelling.text(text));
      }
    }
    ways.add(LiteralTrie.of(pool, plain));
    return pool.or(ways);
  }

  private boolean fits(Regex spelled) {
    for (Regex condition : conditions) {
      if (!pool.alive(pool.and(spelled, condition))) {
        return false;
      }
    }
    return true;
  }
}
