/**
 * Model files, architectures written as TorchScript, and the loaded model. Imports {@code device}.
 */
package io.pinion.model;
