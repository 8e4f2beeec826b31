/** Jinja's operators over values: arithmetic, comparison, slices, sorting, {@code %}. */
package io.pinion.jinja.operator;
