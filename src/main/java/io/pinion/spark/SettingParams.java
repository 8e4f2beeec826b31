package io.pinion.spark;

import io.pinion.setting.Setting;
import org.apache.spark.ml.param.Param;

/**
 * Spark ML parameters that are created from tables of settings.
 *
 * <p>Spark finds a parameter through a public method that has its name and no arguments.
 * Sub-interfaces therefore declare such a method, a getter and a setter for each entry of a table.
 *
 * @param <T> the implementing class, which setters return
 */
public interface SettingParams<T> {
  /** The parameter of a setting. */
  <P extends Param<?>> P param(Setting setting);

  /** The value or default of a setting, lists as arrays; {@code null} if there is neither. */
  Object value(Setting setting);

  /**
   * Sets the value of a setting.
   *
   * @param value of the setting's type, a list as a list or an array; {@code null} for the default
   */
  T set(Setting setting, Object value);
}
