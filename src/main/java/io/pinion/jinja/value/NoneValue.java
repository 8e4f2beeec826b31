package io.pinion.jinja.value;

/** Python's {@code None}. */
public enum NoneValue implements Value {
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
