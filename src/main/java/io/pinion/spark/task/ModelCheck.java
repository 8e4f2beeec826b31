package io.pinion.spark.task;

import io.pinion.engine.ModelDigests;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.setting.Secrets;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.template.TemplateException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * Checks in a task what a job needs of its executors, without loading the model's weights: devices,
 * the model's files, and its chat template. A partition returns what was found as the text of a
 * {@link ModelReport}: a failed task would be tried again, and its stack traces logged.
 */
public final class ModelCheck implements MapPartitionsFunction<Long, String> {
  private static final long serialVersionUID = 1;

  private final TaskOptions options;
  private final boolean digests;
  private final Map<String, String> secrets = Secrets.hidden();

  /**
   * @param digests whether to digest the model's files
   */
  public ModelCheck(TaskOptions options, boolean digests) {
    this.options = options;
    this.digests = digests;
  }

  @Override
  public Iterator<String> call(Iterator<Long> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    Secrets.hide(secrets);
    ModelOptions model = options.model().withThreads(TaskDevices.threads(options.model()));
    try {
      check(ModelLoader.inspect(model, TaskDevices.of(TaskContext.get(), options.device())));
      return report(null, digests ? ModelDigests.of(model) : Map.of());
    } catch (RuntimeException | LinkageError e) {
      String problem = e.getMessage() == null ? e.toString() : e.getMessage();
      return report(Secrets.without(problem), Map.of());
    }
  }

  private static Iterator<String> report(String problem, Map<String, String> digests) {
    return List.of(new ModelReport(problem, digests).json()).iterator();
  }

  /** Each row's conversation is of these roles, so that what they cannot do fails every row. */
  private void check(Optional<ChatTemplate> template) {
    if (options.prompt().messagesColumn() != null) {
      template.orElseThrow(
          () -> new TemplateException(PromptRenderer.noTemplate(options.prompt())));
    } else {
      template.ifPresent(
          chat -> chat.render(PromptRenderer.conversation(options.prompt(), "text"), true));
    }
  }
}
