/** Sampling and continuous batching. Imports {@code model}, {@code device} and {@code text}. */
package io.pinion.generate;
