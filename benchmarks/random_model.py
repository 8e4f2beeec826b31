"""Writes a Llama in Hugging Face's layout with random bf16 weights, and SmolLM2's vocabulary and tokenizer from benchmarks/peers."""

import json
import os
import shutil

import common

try:
    import numpy
except ImportError:
    raise SystemExit("Python has no numpy: run benchmarks/peers") from None

TOKENIZER = os.path.join(common.PEERS, "smolbf")
VALUES = 1 << 22


def bf16(values):
    return (values.astype(numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)


def shapes(hidden, layers, heads, kv_heads, intermediate, vocabulary):
    kv = hidden // heads * kv_heads
    yield "model.embed_tokens.weight", (vocabulary, hidden)
    yield "model.norm.weight", (hidden,)
    for layer in (f"model.layers.{n}." for n in range(layers)):
        yield layer + "input_layernorm.weight", (hidden,)
        yield layer + "post_attention_layernorm.weight", (hidden,)
        for name, rows in ("q", hidden), ("k", kv), ("v", kv), ("o", hidden):
            yield f"{layer}self_attn.{name}_proj.weight", (rows, hidden)
        for name, shape in ("gate", (intermediate, hidden)), ("up", (intermediate, hidden)), ("down", (hidden, intermediate)):
            yield f"{layer}mlp.{name}_proj.weight", shape


def write(folder, hidden, layers, heads, kv_heads, intermediate):
    """Writes the model and returns its number of weights. Norms are 1; the rest repeats 4M normally distributed values."""
    if not os.path.exists(TOKENIZER + "/tokenizer.json"):
        raise SystemExit(f"no tokenizer in {TOKENIZER}: run benchmarks/peers")
    for name in os.listdir(TOKENIZER):
        if name.startswith(("tokenizer", "chat_template", "special_tokens", "generation_config")):
            shutil.copy(os.path.join(TOKENIZER, name), folder)
    config = json.load(open(TOKENIZER + "/config.json"))
    config |= {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
               "num_key_value_heads": kv_heads, "intermediate_size": intermediate, "head_dim": hidden // heads}
    json.dump(config, open(folder + "/config.json", "w"), indent=1)
    tensors = dict(shapes(hidden, layers, heads, kv_heads, intermediate, config["vocab_size"]))
    header, end = {}, 0
    for name, shape in tensors.items():
        begin, end = end, end + 2 * int(numpy.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    random = numpy.random.default_rng(7)
    pool = bf16(random.normal(0, 0.02, VALUES))
    with open(folder + "/model.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for shape in tensors.values():
            count = int(numpy.prod(shape))
            weights = bf16(numpy.ones(count)) if len(shape) == 1 else numpy.resize(numpy.roll(pool, random.integers(VALUES)), count)
            weights.tofile(file)
    return end // 2
