/** Python's values as templates see them: numbers, strings, lists, dicts, their methods. */
package io.pinion.jinja.value;
