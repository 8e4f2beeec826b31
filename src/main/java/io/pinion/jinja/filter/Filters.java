package io.pinion.jinja.filter;

import java.util.HashMap;
import java.util.Map;

/** Finds filters by name. */
public final class Filters {
  private static final Map<String, Filter> KNOWN = known();

  private Filters() {}

  private static Map<String, Filter> known() {
    Map<String, Filter> filters = new HashMap<>();
    filters.putAll(TextFilters.all());
    filters.putAll(NumberFilters.all());
    filters.putAll(SequenceFilters.all());
    filters.putAll(SelectionFilters.all());
    return Map.copyOf(filters);
  }

  /** The filter of that name; the error for an unknown name lists the known filters. */
  public static Filter find(String name) {
    return Names.find("filter", name, KNOWN);
  }

  public static void requireKnown(String name, int line) {
    Names.require("filter", name, KNOWN, line);
  }
}
