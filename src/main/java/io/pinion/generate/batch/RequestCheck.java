package io.pinion.generate.batch;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.setting.Setting;
import java.util.List;
import java.util.Optional;

/** Checks a request before it may take slots; a fault affects only its row. */
final class RequestCheck {
  private final int slots;
  private final int maxLength;
  private final int vocabularySize;

  RequestCheck(int slots, int maxLength, int vocabularySize) {
    this.slots = slots;
    this.maxLength = maxLength;
    this.vocabularySize = vocabularySize;
  }

  /** Why a request cannot run, or empty. */
  Optional<RowException> fault(GenerationRequest request) {
    List<String> problems = request.sampling().problems();
    if (!problems.isEmpty()) {
      return fault("sampling: " + String.join("; ", problems));
    }
    if (request.guide() != null && !request.sampling().stop().isEmpty()) {
      return fault("stop cannot go with a guide, which itself defines where the text ends");
    }
    return promptFault(request.promptTokenIds()).or(() -> samplingFault(request.sampling()));
  }

  private Optional<RowException> promptFault(int[] prompt) {
    if (prompt.length == 0) {
      return fault("the prompt is empty; give it at least one token");
    }
    if (prompt.length >= maxLength) {
      return fault(
          "prompt has "
              + prompt.length
              + " tokens; max-model-length is "
              + maxLength
              + ", leaving no room: shorten it or raise model.max-model-length");
    }
    for (int token : prompt) {
      if (outside(token)) {
        return fault(
            "the prompt has token id " + token + outsideText() + "; use the model's own tokenizer");
      }
    }
    return Optional.empty();
  }

  private Optional<RowException> samplingFault(SamplingParameters sampling) {
    for (int token : sampling.stopTokenIds()) {
      if (outside(token)) {
        return fault("stop-token-ids has " + token + outsideText());
      }
    }
    return sampling.tooWide(slots, "batch.slots", Setting::key).map(RowException::new);
  }

  private boolean outside(int token) {
    return token < 0 || token >= vocabularySize;
  }

  private String outsideText() {
    return ", outside the model's vocabulary of " + vocabularySize;
  }

  private static Optional<RowException> fault(String message) {
    return Optional.of(new RowException(message));
  }
}
