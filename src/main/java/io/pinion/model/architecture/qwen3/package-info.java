/** The family of Qwen3. */
package io.pinion.model.architecture.qwen3;
