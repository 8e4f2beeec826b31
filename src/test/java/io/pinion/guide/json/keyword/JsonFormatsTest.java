package io.pinion.guide.json.keyword;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.pattern.Dialect;
import io.pinion.guide.pattern.PatternCompiler;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFormatsTest {
  @ParameterizedTest
  @CsvSource({
    "date, 2024-02-29, true",
    "date, 2023-02-29, false",
    "date, 1900-02-29, false",
    "date, 2024-13-01, false",
    "date-time, 2024-01-31T23:59:59.5+01:00, true",
    "date-time, 2024-01-31 23:59:59Z, false",
    "time, 24:00:00Z, false",
    "duration, P1Y2M3DT4H5M6S, true",
    "duration, P, false",
    "duration, P1YT, false",
    "email, joe.bloggs@example.com, true",
    "email, .joe@example.com, false",
    "hostname, www.example.com, true",
    "hostname, -bad.example.com, false",
    "ipv4, 127.0.0.1, true",
    "ipv4, 256.0.0.1, false",
    "ipv6, ::1, true",
    "ipv6, 1:2:3:4:5:6:7:8, true",
    "ipv6, 12345::, false",
    "ipv6, 1::2::3, false",
    "uuid, 2eb8aa08-aa98-11ea-b4aa-73b441d16380, true",
    "uuid, 2eb8aa08-aa98-11ea-b4aa73b441d16380, false",
    "uri, http://foo.bar/?baz=qux#quux, true",
    "uri, mailto:a-b@example.com, true",
    "uri, //foo.bar/, false",
    "uri-reference, ../a?b#c, true",
    "uri-reference, a b, false",
    "json-pointer, /a~1b/c, true",
    "json-pointer, /a~2, false",
  })
  void formatsAreDecided(String format, String text, boolean valid) {
    RegexPool pool = new RegexPool(1_000_000);
    Regex regex =
        new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT)
            .full(JsonFormats.pattern(format));
    assertThat(pool.matches(regex, text.getBytes(StandardCharsets.UTF_8))).isEqualTo(valid);
  }
}
