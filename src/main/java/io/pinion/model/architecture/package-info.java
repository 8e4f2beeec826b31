/**
 * What Pinion knows of families of decoders. A family is a folder beside these files and a line in
 * {@code META-INF/services/io.pinion.model.architecture.DecoderFamily}; nothing else names it.
 *
 * <p>To add one: implement {@link io.pinion.model.architecture.DecoderFamily}. Start from what
 * {@link io.pinion.model.architecture.HuggingFaceConfig} and {@link
 * io.pinion.model.architecture.GgufConfig} read of every model and change what the family does
 * otherwise; compose the decoder of {@link io.pinion.model.architecture.block}, with blocks of your
 * own where it has none that fits (a {@code Norm}, an {@code Mlp}, a whole {@code Layer}); keep
 * what only your blocks read in a record that implements {@link io.pinion.model.FamilySettings}.
 * The toy family of the tests shows all of it.
 *
 * <p>Imports {@code model} and {@code architecture.block}.
 */
package io.pinion.model.architecture;
