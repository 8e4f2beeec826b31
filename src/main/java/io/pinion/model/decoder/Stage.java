package io.pinion.model.decoder;

/**
 * The layers that one device holds.
 *
 * @param from the first layer
 * @param to the layer after the last
 * @param first whether token ids come in
 * @param last whether logits go out
 */
public record Stage(int from, int to, boolean first, boolean last) {
  public int layers() {
    return to - from;
  }
}
