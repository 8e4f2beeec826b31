/** The family of Mistral. */
package io.pinion.model.architecture.mistral;
