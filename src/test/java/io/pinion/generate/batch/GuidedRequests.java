package io.pinion.generate.batch;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.MergeTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import java.util.List;
import java.util.Random;

/** Random requests with guides that force much, little and nothing. */
public final class GuidedRequests {
  /** Texts like those that the guides allow; what the tokenizer's merges are learned from. */
  public static final String CORPUS =
      """
      {"customer":"anna","kind":"incident","tags":["new","old"],"count":12,"open":true}
      {"customer":"bob","kind":"internal","tags":["old"],"count":7,"open":false}
      {"customer":"née","kind":"interval","tags":[],"count":120,"open":null}
      the quick international é è 日本 日曜 internationally 2024-01-02
      """;

  private static final List<String> GUIDES =
      List.of(
          "{\"choice\": [\"internal\", \"international\", \"interval\"]}",
          "{\"choice\": [\"incident\"]}",
          "{\"choice\": [\"日本\", \"日曜\", \"é\", \"è\"]}",
          "{\"regex\": \"[a-c]{2,4}-kind:(old|new)+x\"}",
          "{\"regex\": \"customer: .{0,9}\"}",
          "{\"regex\": \"(ab?)*c\"}",
          "{\"type\": \"date\"}",
          "{\"json_object\": true}",
          "{\"grammar\": \"start: \\\"<\\\" /[ab]{1,3}/ \\\">tags\\\" start?\"}",
          """
          {"json_schema": {"type": "object", "additionalProperties": false,
            "properties": {"customer": {"type": "string", "maxLength": 6},
              "kind": {"enum": ["incident", "internal", "interval"]}, "open": {"type": "boolean"},
              "count": {"type": "integer", "minimum": 0, "maximum": 120},
              "tags": {"type": "array", "maxItems": 2, "items": {"enum": ["new", "old"]}}},
            "required": ["customer", "kind", "tags", "count", "open"]}}
          """,
          "{\"json_schema\": {\"const\": {\"customer\": [\"née\", true, null]}}}");

  private final Guides guides;
  private final int vocabularySize;

  public GuidedRequests(MergeTokenizer tokenizer, int vocabularySize) {
    this.guides = Guides.of(tokenizer.vocabulary());
    this.vocabularySize = vocabularySize;
  }

  public GenerationRequest next(Random random, String rowId, int slots) {
    GenerationRequest any = RandomRequests.next(random, rowId, vocabularySize, slots);
    int[] prompt = random.ints(1 + random.nextInt(30), 0, vocabularySize).toArray();
    if (random.nextInt(6) == 0) {
      return new GenerationRequest(rowId, prompt, any.sampling());
    }
    SamplingParameters s = any.sampling();
    int maxTokens = s.maxTokens() + random.nextInt(50);
    boolean stops = random.nextInt(5) == 0;
    SamplingParameters sampling =
        new SamplingParameters(
            s.temperature(),
            s.topP(),
            s.topK(),
            s.minP(),
            s.repetitionPenalty(),
            s.presencePenalty(),
            s.frequencyPenalty(),
            maxTokens,
            s.minTokens(),
            List.of(),
            stops ? List.of((int) 'n', 260) : List.of(),
            s.seed(),
            s.n(),
            s.beamWidth(),
            s.ignoreEos());
    return new GenerationRequest(rowId, prompt, sampling, guide(random), random.nextBoolean());
  }

  private Guide guide(Random random) {
    String request = GUIDES.get(random.nextInt(GUIDES.size()));
    return guides.guide(GuideRequest.parse(request, new JsonOptions(false, random.nextInt(2))));
  }
}
