/** Sets of bytes, code points and numbers. Imports nothing of Pinion. */
package io.pinion.guide.set;
