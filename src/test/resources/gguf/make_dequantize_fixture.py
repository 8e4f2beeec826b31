"""Writes dequantize.json: a few random blocks of each type and the values that the Python package
gguf gives for them. Run once: pip install gguf==0.19.0; python make_dequantize_fixture.py
"""

import base64
import json
import pathlib

import numpy
from gguf import GGMLQuantizationType, quants
from gguf.constants import GGML_QUANT_SIZES

BLOCKS = 3
PLAIN_NUMBERS = 64
# Where the half-precision scales of a block stand, in bytes.
SCALES = {
    "Q8_0": [0],
    "Q4_0": [0],
    "Q4_1": [0, 2],
    "Q5_0": [0],
    "Q5_1": [0, 2],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
}


def blocks(random, name):
    elements, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    if elements == 1:
        numbers = random.normal(size=PLAIN_NUMBERS).astype(numpy.float32)
        # Subnormal, zero, negative zero and the largest halves.
        numbers[:5] = [3e-7, 0.0, -0.0, 65504.0, -65504.0]
        if name == "F16":
            return numbers.astype(numpy.float16).view(numpy.uint8)
        if name == "BF16":
            return quants.quantize(numbers, GGMLQuantizationType.BF16).view(numpy.uint8)
        return numbers.view(numpy.uint8)
    data = random.integers(0, 256, (BLOCKS, size), dtype=numpy.uint8)
    for at in SCALES[name]:
        scales = (random.normal(size=BLOCKS) * 0.01).astype(numpy.float16)
        data[:, at : at + 2] = scales.view(numpy.uint8).reshape(BLOCKS, 2)
    return data.reshape(-1)


def main():
    random = numpy.random.default_rng(20240607)
    fixture = []
    for name in ["F32", "F16", "BF16", *SCALES]:
        data = blocks(random, name)
        values = quants.dequantize(data, GGMLQuantizationType[name]).reshape(-1)
        fixture.append(
            {
                "type": name,
                "data": base64.b64encode(data.tobytes()).decode(),
                "values": [float(value) for value in values.astype(numpy.float32)],
            }
        )
    target = pathlib.Path(__file__).with_name("dequantize.json")
    target.write_text(json.dumps({"tensors": fixture}) + "\n")


main()
