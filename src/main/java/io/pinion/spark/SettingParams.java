package io.pinion.spark;

import io.pinion.setting.Setting;
import org.apache.spark.ml.param.Param;

/**
 * A holder of Spark ML parameters that are made from tables of settings.
 *
 * <p>Spark finds a parameter by a public method that has its name and no arguments, so each entry
 * of a table has one in an interface below this one, with a getter and a setter beside it.
 *
 * @param <T> the holder's own type, which setters return
 */
public interface SettingParams<T> {
  /** The parameter of a setting. */
  <P extends Param<?>> P param(Setting setting);

  /** Its value or default, with lists as arrays; {@code null} where there is neither. */
  Object value(Setting setting);

  /**
   * Sets it.
   *
   * @param value of the setting's type, lists as lists or arrays; {@code null} for the default
   */
  T set(Setting setting, Object value);
}
