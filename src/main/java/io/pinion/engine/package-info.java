/**
 * Loads models: weights on explicit devices with their tokenizer, chat template, guides and
 * generator. The only package where {@code model}, {@code text}, {@code guide} and {@code generate}
 * meet. {@link io.pinion.engine.ModelLoader#load} returns a model with one generator, {@link
 * io.pinion.engine.ModelLoader#share} one that generators of several settings share.
 *
 * <pre>{@code
 * ModelOptions options = new ModelOptions("/models/m.gguf", "", "auto", 0, 64, false, true, 0);
 * try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
 *     GenerationSession session = model.generator().open("task 0")) {
 *   int[] prompt = model.tokenizer().encode("Once upon a time", true);
 *   session.submit(new GenerationRequest("row 0", prompt, SamplingParameters.DEFAULTS));
 *   GenerationResult result = session.next();
 * }
 * }</pre>
 */
package io.pinion.engine;
