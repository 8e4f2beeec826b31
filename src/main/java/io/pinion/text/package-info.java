/** A vocabulary as bytes, which is all that guides know of text. Imports nothing of Pinion. */
package io.pinion.text;
