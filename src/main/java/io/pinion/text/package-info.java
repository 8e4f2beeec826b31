/**
 * Tokenizers, vocabularies as bytes, chat templates and UTF-8 decoding. Imports nothing of Pinion.
 */
package io.pinion.text;
