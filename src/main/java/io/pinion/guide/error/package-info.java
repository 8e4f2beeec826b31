/** What can be wrong with a guide: not valid, not supported, or over a limit. */
package io.pinion.guide.error;
