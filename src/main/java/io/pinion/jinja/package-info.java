/**
 * An interpreter of Jinja for the chat templates of language models.
 *
 * <pre>{@code
 * Template template = Template.parse("{% for m in messages %}{{ m.content }}{% endfor %}");
 * String prompt = template.render(Map.of("messages", List.of(Map.of("content", "Hi"))));
 * }</pre>
 *
 * <p>It renders as Python's {@code ImmutableSandboxedEnvironment(trim_blocks=True,
 * lstrip_blocks=True, extensions=[loopcontrols])} does with the additions of Hugging Face
 * transformers. Templates are untrusted: they have no access to Java objects, and {@link
 * io.pinion.jinja.limit.Limits} bounds their time, memory and depth. {@code
 * docs/design/chat-templates.md} lists what is supported and the few differences. Imports no other
 * package of Pinion.
 */
package io.pinion.jinja;
