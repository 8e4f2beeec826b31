package io.pinion.guide.json.keyword;

import java.util.Map;

/** The formats of JSON Schema as patterns that the whole string must match. */
public final class JsonFormats {
  private static final String HOURS = "(?:[01][0-9]|2[0-3])";
  private static final String ZONE = "(?:[zZ]|[+-]" + HOURS + ":[0-5][0-9])";
  private static final String LONG_MONTHS =
      "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
          + "|02-(?:0[1-9]|1[0-9]|2[0-8]))";
  private static final String LEAP =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29";
  public static final String DATE = "(?:[0-9]{4}-" + LONG_MONTHS + "|" + LEAP + ")";
  private static final String CLOCK = HOURS + ":[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?";
  private static final String TIME = "(?:" + CLOCK + ZONE + "|23:59:60(?:\\.[0-9]+)?[zZ])";

  private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = "(?:" + BYTE + "\\.){3}" + BYTE;
  private static final String H16 = "[0-9a-fA-F]{1,4}";
  private static final String LS32 = "(?:" + H16 + ":" + H16 + "|" + IPV4 + ")";
  private static final String IPV6 = ipv6();

  private static final String ALNUM = "[a-zA-Z0-9]";
  private static final String HYPHENED = "[a-zA-Z0-9-]";

  /** No hyphens as third and fourth character, where only an internationalised label has them. */
  private static final String LABEL =
      "(?:" + ALNUM + "(?:" + HYPHENED + "?" + ALNUM + ")?|" + ALNUM + HYPHENED + "(?:" + ALNUM
          + HYPHENED + "{0,59}" + ALNUM + "|-" + ALNUM + "(?:" + HYPHENED + "{0,58}" + ALNUM
          + ")?))";

  private static final String HOSTNAME =
      "(?=[a-zA-Z0-9.-]{1,253}$)" + LABEL + "(?:\\." + LABEL + ")*";
  private static final String ATEXT = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String QUOTED = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
  private static final String EMAIL =
      "(?:"
          + ATEXT
          + "(?:\\."
          + ATEXT
          + ")*|"
          + QUOTED
          + ")@(?:"
          + LABEL
          + "(?:\\."
          + LABEL
          + ")*|\\[(?:"
          + IPV4
          + "|IPv6:"
          + IPV6
          + ")\\])";

  private static final String PERCENT = "%[0-9a-fA-F]{2}";
  private static final String UNRESERVED = "a-zA-Z0-9._~\\-";
  private static final String SUBDELIMS = "!$&'()*+,;=";
  private static final String PCHAR = "(?:[" + UNRESERVED + SUBDELIMS + ":@]|" + PERCENT + ")";
  private static final String USERINFO = "(?:[" + UNRESERVED + SUBDELIMS + ":]|" + PERCENT + ")*";
  private static final String REGNAME = "(?:[" + UNRESERVED + SUBDELIMS + "]|" + PERCENT + ")*";
  private static final String HOST =
      "(?:\\[(?:"
          + IPV6
          + "|[vV][0-9a-fA-F]+\\.["
          + UNRESERVED
          + SUBDELIMS
          + ":]+)\\]|"
          + REGNAME
          + ")";
  private static final String AUTHORITY = "(?:" + USERINFO + "@)?" + HOST + "(?::[0-9]*)?";
  private static final String SEGMENTS = "(?:/" + PCHAR + "*)*";
  private static final String TAIL = "(?:\\?(?:" + PCHAR + "|[/?])*)?(?:#(?:" + PCHAR + "|[/?])*)?";
  private static final String ROOTED = "/(?:" + PCHAR + "+" + SEGMENTS + ")?";
  private static final String SCHEME = "[a-zA-Z][a-zA-Z0-9+.-]*:";
  private static final String URI =
      SCHEME + "(?://" + AUTHORITY + SEGMENTS + "|" + ROOTED + "|" + PCHAR + "+" + SEGMENTS + "|)"
          + TAIL;
  private static final String NO_COLON = "(?:[" + UNRESERVED + SUBDELIMS + "@]|" + PERCENT + ")+";
  private static final String RELATIVE =
      "(?://" + AUTHORITY + SEGMENTS + "|" + ROOTED + "|" + NO_COLON + SEGMENTS + "|)" + TAIL;
  private static final String URI_REFERENCE = "(?:" + URI + "|" + RELATIVE + ")";

  private static final String POINTER = "(?:/(?:[^/~]|~[01])*)*";
  private static final String DURATION =
      "P(?:[0-9]+W|(?=.)(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
          + "(?:T(?=.)(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)";

  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("date-time", DATE + "[tT]" + TIME),
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("duration", DURATION),
          Map.entry("email", EMAIL),
          Map.entry("hostname", HOSTNAME),
          Map.entry("ipv4", IPV4),
          Map.entry("ip-address", IPV4),
          Map.entry("ipv6", IPV6),
          Map.entry("uuid", "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
          Map.entry("uri", URI),
          Map.entry("uri-reference", URI_REFERENCE),
          Map.entry("json-pointer", POINTER),
          Map.entry("relative-json-pointer", "(?:0|[1-9][0-9]*)(?:#|" + POINTER + ")"));

  private JsonFormats() {}

  /** The pattern of a format, or null for one that is a remark and constrains nothing. */
  static String pattern(String format) {
    return PATTERNS.get(format);
  }

  /** Whether a format constrains strings in a way that no pattern here tells. */
  static boolean undecided(String format) {
    return switch (format) {
      case "idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "regex" -> true;
      default -> false;
    };
  }

  private static String ipv6() {
    StringBuilder ways = new StringBuilder("(?:(?:" + H16 + ":){6}" + LS32);
    for (int before = 0; before <= 7; before++) {
      int after = 7 - before;
      String left = before == 0 ? "" : "(?:" + H16 + ":){0," + (before - 1) + "}" + H16;
      String head = before == 0 ? "" : "(?:" + left + ")?";
      ways.append('|').append(head).append("::");
      if (after == 1) {
        ways.append(H16);
      } else if (after > 1) {
        int more = after - 2;
        ways.append("(?:").append(H16).append(":){").append(more).append('}').append(LS32);
      }
    }
    return ways.append(')').toString();
  }
}
