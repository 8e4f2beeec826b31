package io.pinion.text.jinja;

/** Python's {@code None}. */
enum NoneValue implements Value {
  NONE;

  @Override
  public String typeName() {
    return "NoneType";
  }

  @Override
  public void print(Printer printer) {
    printer.append("None");
  }

  @Override
  public boolean isTrue() {
    return false;
  }
}
