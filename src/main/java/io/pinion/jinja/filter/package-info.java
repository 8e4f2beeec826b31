/** Jinja's filters, tests and global functions, by name. */
package io.pinion.jinja.filter;
