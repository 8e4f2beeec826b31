package io.pinion.model.runtime;

/**
 * How much one model over shared weights may hold and use.
 *
 * @param slots how many sequences its cache holds, at least 1
 * @param maxLength the longest sequence, prompt and completion together, in tokens
 * @param cores how many cores a forward pass may use where the device is the CPU, at least 1
 */
public record ModelLimits(int slots, int maxLength, int cores) {}
