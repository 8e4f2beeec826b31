/** From the scheduler's address to an explicit device, and the guard that holds tensors to it. */
package io.pinion.device;
