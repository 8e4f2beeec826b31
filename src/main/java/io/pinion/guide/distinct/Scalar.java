package io.pinion.guide.distinct;

/**
 * A number, true, false or null. Equal numbers are equal, however they are written.
 *
 * @param text the word, or a number as digits without zeros at the ends and a power of ten
 */
record Scalar(String text) {
  static Scalar of(String written) {
    boolean number = written.charAt(0) == '-' || Character.isDigit(written.charAt(0));
    return new Scalar(number ? number(written) : written);
  }

  private static String number(String written) {
    int sign = written.charAt(0) == '-' ? 1 : 0;
    int end = Math.max(written.indexOf('e'), written.indexOf('E'));
    String mantissa = written.substring(sign, end < 0 ? written.length() : end);
    int point = mantissa.indexOf('.');
    String digits = point < 0 ? mantissa : mantissa.replace(".", "");
    int from = 0;
    int to = digits.length();
    while (from < to && digits.charAt(from) == '0') {
      from++;
    }
    while (to > from && digits.charAt(to - 1) == '0') {
      to--;
    }
    if (from == to) {
      return "0";
    }
    int power = end < 0 ? 0 : Integer.parseInt(written.substring(end + 1));
    int places = point < 0 ? 0 : mantissa.length() - point - 1;
    return written.substring(0, sign)
        + digits.substring(from, to)
        + "e"
        + (power - places + digits.length() - to);
  }
}
