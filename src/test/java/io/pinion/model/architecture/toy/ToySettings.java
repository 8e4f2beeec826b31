package io.pinion.model.architecture.toy;

import io.pinion.model.FamilySettings;

/** What hidden states are multiplied with as they enter. */
record ToySettings(double embeddingScale) implements FamilySettings {}
