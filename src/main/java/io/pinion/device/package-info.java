/**
 * Maps the scheduler's addresses to explicit devices, checks that tensors stay on their device, and
 * reports free memory and runtime versions.
 */
package io.pinion.device;
