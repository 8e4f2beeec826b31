package io.pinion.model.decoder;

/**
 * The layers that one device holds.
 *
 * @param from the first layer
 * @param to the layer after the last
 * @param first whether the input is token ids, not hidden states
 * @param last whether the output is logits, not hidden states
 */
public record Stage(int from, int to, boolean first, boolean last) {
  public int layers() {
    return to - from;
  }
}
