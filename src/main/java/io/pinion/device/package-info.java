/**
 * From the scheduler's address to an explicit device, the guard that holds tensors to it, and the
 * memory that devices have left.
 */
package io.pinion.device;
