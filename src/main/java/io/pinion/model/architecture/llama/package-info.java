/** The family of Llama. */
package io.pinion.model.architecture.llama;
