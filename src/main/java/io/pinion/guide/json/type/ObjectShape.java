package io.pinion.guide.json.type;

import io.pinion.guide.regex.Regex;
import java.util.List;

/**
 * The objects of one branch.
 *
 * @param names the keys that are told one by one
 * @param ordered how many of them, the first ones, are written in their order
 * @param types the type of the value of each of them
 * @param required whether each of them must be there
 * @param otherKeys spelled texts of the other keys, in classes that exclude each other
 * @param otherTypes the type of the value for each class
 * @param least how many members there must be
 * @param most how many there may be
 */
public record ObjectShape(
    List<String> names,
    int ordered,
    List<Integer> types,
    List<Boolean> required,
    List<Regex> otherKeys,
    List<Integer> otherTypes,
    long least,
    long most) {
  /** Whether two members without names of their own may be needed, which must not be one twice. */
  public boolean countsOtherKeys() {
    return least > required.stream().filter(needed -> needed).count() + 1;
  }
}
