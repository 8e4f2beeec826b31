package io.pinion.spark.task;

import io.pinion.engine.ModelOptions;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What a task needs to know to generate for its rows. Column names are {@code null} where they are
 * not used.
 *
 * @param samplingColumns by parameter in kebab-case, the column that holds a row's own value
 * @param guide the guide of rows whose column has none of their own; {@code null} for none
 * @param guideKind what the texts in {@code guideColumn} are; {@code null} where each says so
 *     itself, as in {@code {"regex": "[a-z]+"}}
 * @param json how guides from {@code guideColumn} write JSON
 * @param closes whether guided texts are ended in time to be whole within max-tokens
 * @param window how many rows of a task wait for the device at once
 * @param deduplicate whether equal requests are computed once
 */
public record TaskOptions(
    ModelOptions model,
    String device,
    String inputColumn,
    String messagesColumn,
    String promptTemplate,
    String system,
    String idColumn,
    SamplingParameters sampling,
    Map<String, String> samplingColumns,
    GuideRequest guide,
    String guideColumn,
    GuideRequest.Kind guideKind,
    JsonOptions json,
    boolean closes,
    boolean failOnError,
    List<String> include,
    int window,
    boolean deduplicate)
    implements Serializable {}
