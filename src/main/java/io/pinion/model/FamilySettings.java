package io.pinion.model;

/**
 * What one family of decoders alone reads of a model's configuration: a record of its own, equal by
 * value.
 */
public interface FamilySettings {
  /** Of a family whose models {@link ModelConfig} describes in full. */
  FamilySettings NONE = new None();

  /** No settings. */
  record None() implements FamilySettings {}
}
