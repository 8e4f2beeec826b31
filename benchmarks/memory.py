"""Measures Pinion's peak memory and load time by model and dtype: 8 rows, 16 tokens each."""

import os
import tempfile

import common

ONE_BILLION = {"hidden": 2048, "layers": 16, "heads": 32, "kv_heads": 8, "intermediate": 8192}


def measure(label, settings):
    for dtype in chosen.dtypes:
        report, _ = common.pinion("free", "memory", [f"model.dtype={dtype}", f"input.limit={chosen.rows}",
                                                     f"sampling.max-tokens={chosen.tokens}", *settings, *chosen.set])
        yield [label, dtype, report["peak_mib"], f"{report['model_load_seconds']:.1f}",
               f"{report['rows_per_second']:.2f}", f"{report['prompt_tokens_per_second']:.0f}",
               f"{report['completion_tokens_per_second']:.0f}"]


def measured():
    if "smollm2" in chosen.models:
        yield from measure("SmolLM2-135M", [])
    if "1b" in chosen.models:
        import random_model

        with tempfile.TemporaryDirectory(dir=common.OUT) as folder:
            weights = random_model.write(folder, **ONE_BILLION)
            yield from measure(f"random, {weights / 1e9:.2f}B", [f"model.uri={os.path.abspath(folder)}"])


parser = common.arguments(__doc__, dtypes=["f32", "bf16"])
parser.add_argument("--models", type=common.words, default=["smollm2", "1b"], help="with commas")
parser.add_argument("--rows", type=int, default=8)
parser.add_argument("--tokens", type=int, default=16)
chosen = common.begin(parser)
common.table(["model", "dtype", "peak MiB", "load s", "rows/s", "prompt tokens/s", "generated tokens/s"], measured())
