package io.pinion.guide.distinct;

/** The items of an array, each list sharing those before the last. Immutable. */
final class Items {
  static final Items NONE = new Items(null, null, 0, 1);

  private final Items before;
  private final Object last;
  private final int size;
  private final int hash;

  private Items(Items before, Object last, int size, int hash) {
    this.before = before;
    this.last = last;
    this.size = size;
    this.hash = hash;
  }

  Items with(Object item) {
    return new Items(this, item, size + 1, 31 * hash + item.hashCode());
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Items items) || items.size != size || items.hash != hash) {
      return false;
    }
    Items mine = this;
    Items theirs = items;
    while (mine != theirs) {
      if (!mine.last.equals(theirs.last)) {
        return false;
      }
      mine = mine.before;
      theirs = theirs.before;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
