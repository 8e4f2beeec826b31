/** The family of Qwen2. */
package io.pinion.model.architecture.qwen2;
