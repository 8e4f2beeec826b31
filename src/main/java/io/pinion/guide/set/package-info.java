/** Sets of bytes, code points and ints. Imports nothing of Pinion. */
package io.pinion.guide.set;
