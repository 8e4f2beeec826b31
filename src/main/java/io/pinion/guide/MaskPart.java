package io.pinion.guide;

/**
 * The tokens that may come next in one reading of a text; a mask is the union of its parts. The
 * same part stands for the same tokens wherever the guide gives it out, so that who stores masks
 * elsewhere, as on a device, knows them by their parts. Equal only to itself; immutable, so any
 * thread may hold it.
 */
public final class MaskPart {
  private final long[] words;
  private final boolean lasting;

  /**
   * @param words as {@link GuideState#mask} writes them; must not change
   */
  MaskPart(long[] words, boolean lasting) {
    this.words = words;
    this.lasting = lasting;
  }

  /** Whether the guide may give it out again: not if it depends on what the text said before. */
  public boolean isLasting() {
    return lasting;
  }

  /** Sets the bits of its tokens. */
  public void addTo(long[] mask) {
    for (int i = 0; i < words.length; i++) {
      mask[i] |= words[i];
    }
  }
}
