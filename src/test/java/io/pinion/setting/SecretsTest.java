package io.pinion.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource({
    "https://user:pass@host/m.gguf, https://***@host/m.gguf",
    "https://hf_token@host/m, https://***@host/m",
    "s3a://AKIA:se/cret@bucket/key, s3a://***@bucket/key",
    "GET https://h/x?a=1&X-Amz-Signature=abc&b=2, GET https://h/x?a=1&X-Amz-Signature=***&b=2",
    "https://h/x?X-Amz-Credential=AK%2F1&X-Amz-Security-Token=t,"
        + " https://h/x?X-Amz-Credential=***&X-Amz-Security-Token=***",
    "wasbs://c@a/x?sv=2&sig=Zm9v%3D, wasbs://c@a/x?sv=2&sig=***",
    "https://h/x?access_token=q done, https://h/x?access_token=*** done",
    "fs.s3a.secret.key=abc/def, fs.s3a.secret.key=***",
    "spark.hadoop.fs.s3a.session.token: abc, spark.hadoop.fs.s3a.session.token:***",
    "Authorization: Bearer abc.def-ghi, Authorization: Bearer ***",
    "401 for hf_AbCdEf0123456789, 401 for ***",
  })
  void credentialsAreHidden(String text, String shown) {
    assertThat(Secrets.without(text, Map.of())).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abfss://container@account.dfs.core.windows.net/models",
        "https://example.org:8080/m.gguf",
        "max-tokens=20, token: 5",
        "sampling.seed=7 is a key=value",
        "user@example.org",
        "/models/m.gguf"
      })
  void otherTextsStayAsTheyAre(String text) {
    assertThat(Secrets.without(text, Map.of())).isEqualTo(text);
  }

  @Test
  void whatVariablesHoldIsHiddenTheLongestFirst() {
    Map<String, String> variables = Map.of("A", "secret", "B", "secret/longer", "C", "abc");
    assertThat(Secrets.without("secret/longer, secret, abc", variables))
        .isEqualTo("${B}, ${A}, abc");
  }

  @Test
  void anExceptionTellsNothingNorDoItsCauses() {
    Secrets.hide(Map.of("PINION_SECRETS_TEST", "hunter2-hunter2"));
    IOException cause = new IOException("no file hunter2-hunter2/m.gguf");
    Throwable shown = Secrets.without(new UncheckedIOException("cannot open the model", cause));
    StringWriter trace = new StringWriter();
    shown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString())
        .doesNotContain("hunter2")
        .startsWith("java.io.UncheckedIOException: cannot open the model")
        .contains("Caused by: java.io.IOException: no file ${PINION_SECRETS_TEST}/m.gguf")
        .contains("SecretsTest.java");
    assertThatThrownBy(
            () ->
                Secrets.guarded(
                    () -> {
                      throw new IllegalStateException("at hunter2-hunter2");
                    }))
        .hasMessage("at ${PINION_SECRETS_TEST}");
    assertThat(Secrets.hidden()).containsEntry("PINION_SECRETS_TEST", "hunter2-hunter2");
  }

  @Test
  void anExceptionWithoutSecretsStaysWhatItIs() {
    IllegalStateException harmless = new IllegalStateException("nothing", new IOException());
    assertThat(Secrets.without(harmless)).isSameAs(harmless);
    assertThatThrownBy(
            () ->
                Secrets.guarded(
                    () -> {
                      throw harmless;
                    }))
        .isSameAs(harmless);
  }
}
