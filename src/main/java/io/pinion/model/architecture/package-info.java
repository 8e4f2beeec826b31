/**
 * The families of decoders that Pinion supports. A family is a subpackage and a line in {@code
 * META-INF/services/io.pinion.model.architecture.DecoderFamily}; nothing else refers to it.
 *
 * <p>To add one, implement {@link io.pinion.model.architecture.DecoderFamily}. Start from what
 * {@link io.pinion.model.architecture.HuggingFaceConfig} and {@link
 * io.pinion.model.architecture.GgufConfig} read for all models and change what is different in the
 * family; compose the decoder from {@link io.pinion.model.architecture.block}, with your own blocks
 * if none fits (a {@code Norm}, an {@code Mlp}, a complete {@code Layer}); put settings that only
 * your blocks read in a record that implements {@link io.pinion.model.FamilySettings}. The toy
 * family of the tests shows all of it.
 *
 * <p>Imports {@code model} and {@code architecture.block}.
 */
package io.pinion.model.architecture;
