package io.pinion.guide.json.keyword;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.pattern.Dialect;
import io.pinion.guide.pattern.PatternCompiler;
import io.pinion.guide.regex.Regex;
import java.util.HashMap;
import java.util.Map;

/**
 * Patterns and formats as expressions over the insides of JSON strings, each compiled once. Not
 * thread-safe.
 */
public final class StringPatterns {
  private final PatternCompiler patterns;
  private final Map<String, Regex> searches = new HashMap<>();
  private final Map<String, Regex> formats = new HashMap<>();

  public StringPatterns(JsonStringEncoding spelling) {
    this.patterns = new PatternCompiler(spelling, Dialect.ECMASCRIPT);
  }

  /**
   * The strings in which a pattern is found.
   *
   * @throws GuideException at the keyword of the schema, where the pattern cannot be read
   */
  Regex search(SchemaNode schema, String keyword, String pattern) {
    Regex known = searches.get(pattern);
    if (known == null) {
      known = compile(schema, keyword, pattern);
      searches.put(pattern, known);
    }
    return known;
  }

  private Regex compile(SchemaNode schema, String keyword, String pattern) {
    try {
      return patterns.search(pattern);
    } catch (UnsupportedGuideException e) {
      throw schema.unsupported(keyword, "cannot be followed: " + e.getMessage());
    } catch (GuideLimitException e) {
      throw e;
    } catch (GuideException e) {
      throw schema.wrong(keyword, "cannot be read: " + e.getMessage());
    }
  }

  /** The strings of a format; {@code null} when it constrains nothing. */
  Regex format(KeywordUse use) {
    String name = use.value().asText();
    if (JsonFormats.undecided(name)) {
      throw use.unsupported("is " + name + ", which is not supported");
    }
    String pattern = JsonFormats.pattern(name);
    return pattern == null ? null : formats.computeIfAbsent(name, n -> patterns.full(pattern));
  }
}
