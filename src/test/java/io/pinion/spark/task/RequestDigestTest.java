package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.GuideRequest.Kind;
import io.pinion.guide.json.JsonOptions;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestDigestTest {
  private static final int[] PROMPT = {3, 1, 4};
  private static final SamplingParameters SAMPLING = SamplingParameters.DEFAULTS;
  private static final GuideRequest GUIDE =
      new GuideRequest(Kind.JSON_SCHEMA, "{}", JsonOptions.DEFAULT);

  private static String digest(SamplingParameters sampling) {
    return RequestDigest.of(PROMPT, sampling, null, false);
  }

  /** The defaults with one component another. */
  private static SamplingParameters other(int index) throws ReflectiveOperationException {
    RecordComponent[] components = SamplingParameters.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = components[i].getAccessor().invoke(SAMPLING);
      values[i] = i == index ? another(components[i], values[i]) : values[i];
    }
    return SamplingParameters.class.getDeclaredConstructor(types).newInstance(values);
  }

  private static Object another(RecordComponent component, Object value) {
    if (value instanceof List) {
      return component.getGenericType().getTypeName().contains("String")
          ? List.of("x")
          : List.of(7);
    }
    return value instanceof Boolean flag
        ? (Object) !flag
        : value instanceof Double number
            ? (Object) (number + 0.25)
            : value instanceof Long whole ? (Object) (whole + 1) : (Object) ((Integer) value + 1);
  }

  @Test
  void everySamplingParameterCounts() throws ReflectiveOperationException {
    List<String> digests = new ArrayList<>(List.of(digest(SAMPLING)));
    for (int i = 0; i < SamplingParameters.class.getRecordComponents().length; i++) {
      digests.add(digest(other(i)));
    }
    assertThat(digests).doesNotHaveDuplicates().hasSize(16);
  }

  @Test
  void promptAndGuideCountWithAllTheirParts() {
    JsonOptions any = new JsonOptions(true, 0);
    JsonOptions spaced = new JsonOptions(false, 1);
    List<String> digests =
        List.of(
            RequestDigest.of(PROMPT, SAMPLING, null, false),
            RequestDigest.of(new int[] {3, 1}, SAMPLING, null, false),
            RequestDigest.of(new int[] {3, 4, 1}, SAMPLING, null, false),
            RequestDigest.of(PROMPT, SAMPLING, GUIDE, false),
            RequestDigest.of(PROMPT, SAMPLING, GUIDE, true),
            guided(new GuideRequest(Kind.REGEX, "{}", JsonOptions.DEFAULT)),
            guided(new GuideRequest(Kind.JSON_SCHEMA, "{ }", JsonOptions.DEFAULT)),
            guided(new GuideRequest(Kind.JSON_SCHEMA, "{}", any)),
            guided(new GuideRequest(Kind.JSON_SCHEMA, "{}", spaced)));
    assertThat(digests).doesNotHaveDuplicates();
    // Without a guide there is nothing to close.
    assertThat(RequestDigest.of(PROMPT, SAMPLING, null, true)).isEqualTo(digests.get(0));
  }

  private static String guided(GuideRequest guide) {
    return RequestDigest.of(PROMPT, SAMPLING, guide, true);
  }

  @Test
  void textsInAListAreKeptApart() {
    assertThat(digest(stopping("a, b"))).isNotEqualTo(digest(stopping("a", " b")));
    assertThat(digest(stopping("ab", ""))).isNotEqualTo(digest(stopping("a", "b")));
    assertThat(digest(stopping("ab"))).isEqualTo(digest(stopping("ab")));
  }

  private static SamplingParameters stopping(String... stop) {
    return new SamplingParameters(
        0, 1, 0, 0, 1, 0, 0, 256, 0, Arrays.asList(stop), List.of(), 0, 1, 0, false);
  }

  @Test
  void theNamesAreTheSameInEveryRunAndJvm() {
    assertThat(RequestDigest.of(PROMPT)).isEqualTo("dbd75a5afa80276e0b4807ce2ce5b4bb");
    assertThat(digest(SAMPLING)).isEqualTo("13207d917be2c8f3810d595ae04194e1");
  }
}
