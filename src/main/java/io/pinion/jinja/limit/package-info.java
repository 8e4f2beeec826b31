/** What bounds a template's time, memory and depth, and the errors of templates. */
package io.pinion.jinja.limit;
