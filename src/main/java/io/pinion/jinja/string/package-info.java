/** Python's string operations where Java's differ. */
package io.pinion.jinja.string;
