/**
 * Builds prompts from a model's chat template (rendered by {@code jinja}) and the user's prompt
 * template.
 */
package io.pinion.text.template;
