/**
 * The vocabulary as bytes, which is all that guides know about text. Imports no other package of
 * Pinion.
 */
package io.pinion.text;
