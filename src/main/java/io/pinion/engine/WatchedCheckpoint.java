package io.pinion.engine;

import io.pinion.model.ModelConfig;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A checkpoint that asks, before it reads a part of a weight, whether the load should go on. */
record WatchedCheckpoint(Checkpoint checkpoint, MemoryRoom room) implements Checkpoint {
  @Override
  public String origin() {
    return checkpoint.origin();
  }

  @Override
  public ModelConfig config() {
    return checkpoint.config();
  }

  @Override
  public long parameters() {
    return checkpoint.parameters();
  }

  @Override
  public Set<String> tensors() {
    return checkpoint.tensors();
  }

  @Override
  public String tensor(String weight) {
    return checkpoint.tensor(weight);
  }

  @Override
  public Optional<Weight> weight(String name) {
    return checkpoint.weight(name);
  }

  @Override
  public ByteBuffer rows(Weight weight, long from, long to) {
    room.requireWanted();
    return checkpoint.rows(weight, from, to);
  }

  @Override
  public TokenizerData tokenizer() {
    return checkpoint.tokenizer();
  }

  @Override
  public Map<String, String> specialTokens() {
    return checkpoint.specialTokens();
  }

  @Override
  public Optional<String> chatTemplate() {
    return checkpoint.chatTemplate();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
