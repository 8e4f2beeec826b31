package io.pinion.model;

/**
 * Settings of a model that only its family uses. Implementations are records, compared by value.
 */
public interface FamilySettings {
  /** For a family whose models {@link ModelConfig} describes completely. */
  FamilySettings NONE = new None();

  /** No settings. */
  record None() implements FamilySettings {}
}
