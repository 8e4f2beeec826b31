"""Writes tiny random models with transformers (tried with 5.23.0, torch 2.7.1), each in a folder of
its own with the logits that transformers computes for it in float32.

    python make_fixtures.py          # in this folder
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM,
    Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

SIZES = dict(
    vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=3,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
    bos_token_id=1, eos_token_id=2, pad_token_id=0, initializer_range=0.3)

MODELS = {
    "llama-tied": LlamaForCausalLM(LlamaConfig(**SIZES, tie_word_embeddings=True)),
    "llama-biases": LlamaForCausalLM(LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True)),
    "llama3-rope": LlamaForCausalLM(LlamaConfig(**SIZES, rope_parameters=dict(
        rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0,
        high_freq_factor=4.0, original_max_position_embeddings=16))),
    "llama-linear": LlamaForCausalLM(LlamaConfig(**SIZES, rope_parameters=dict(
        rope_type="linear", rope_theta=10000.0, factor=4.0))),
    "mistral-window": MistralForCausalLM(MistralConfig(**SIZES, sliding_window=6, head_dim=16)),
    "qwen2-yarn": Qwen2ForCausalLM(Qwen2Config(**SIZES, rope_parameters=dict(
        rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16))),
    "qwen2-upper-window": Qwen2ForCausalLM(Qwen2Config(
        **SIZES, use_sliding_window=True, sliding_window=6, max_window_layers=2)),
    "qwen3": Qwen3ForCausalLM(Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True)),
    "qwen3-biases": Qwen3ForCausalLM(Qwen3Config(**SIZES, head_dim=8, attention_bias=True)),
}

for seed, (name, model) in enumerate(MODELS.items()):
    torch.manual_seed(seed)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if "norm" in key else 0))
            parameter.copy_(parameter.bfloat16())
        model.eval().config._attn_implementation = "eager"
        ids = torch.randint(0, 48, (1, 24))
        logits = model(ids).logits[0, -1]
    folder = pathlib.Path(name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    save_file({k: v.bfloat16() for k, v in weights.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    (folder / "expected.json").write_text(json.dumps(
        {"token_ids": ids[0].tolist(), "logits": [round(x, 5) for x in logits.tolist()]}))
