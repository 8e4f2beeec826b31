package io.pinion.spark;

import io.pinion.generate.ModelOptions;
import io.pinion.generate.SamplingParameters;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What a task needs to know to generate for its rows. Column names are {@code null} where they are
 * not used.
 *
 * @param samplingColumns by parameter in kebab-case, the column that holds a row's own value
 * @param window how many rows a task has in hand at once
 */
record RowOptions(
    ModelOptions model,
    String device,
    String inputColumn,
    String messagesColumn,
    String promptTemplate,
    String system,
    String idColumn,
    SamplingParameters sampling,
    Map<String, String> samplingColumns,
    boolean failOnError,
    List<String> include,
    int window)
    implements Serializable {}
