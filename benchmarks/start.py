"""Measures the seconds from process start to the first answer in a file, for one row with a JSON Schema, for Pinion and vLLM."""

import glob
import json
import os
import statistics
import time

import common


def pinion(dtype, name):
    settings = [f"model.dtype={dtype}", "input.limit=1"]
    process, folder, log = common.start_pinion("structured", name, settings + chosen.set)
    return process, lambda: glob.glob(folder + "/part-*"), log


def vllm(_, name):
    result, answers, log = (os.path.join(common.OUT, name + ending) for ending in (".json", ".jsonl", ".log"))
    if os.path.exists(answers):
        os.remove(answers)
    with open(common.TICKETS) as rows:
        process = common.start_peer("vllm", [json.loads(rows.readline())], result, answers, log, warm_up=False)
    return process, lambda: os.path.exists(answers) and os.path.getsize(answers), log


def seconds(start, which, name):
    begun = time.monotonic()
    process, there, log = start(which, name)
    while not there() and process.poll() is None:
        time.sleep(0.01)
    taken = time.monotonic() - begun
    common.checked(process, log)
    return taken, time.monotonic() - begun


parser = common.arguments(__doc__)
parser.add_argument("rounds", nargs="?", type=int, default=2)
parser.add_argument("--engines", type=common.words, default=["pinion", "vllm"], help="with commas")
chosen = common.begin(parser)
turns = {f"Pinion {dtype}": (pinion, dtype) for dtype in chosen.dtypes if "pinion" in chosen.engines}
if "vllm" in chosen.engines:
    common.peer("vllm")
    turns["vLLM"] = (vllm, "vllm")
taken = {label: [] for label in turns}
for number in range(chosen.rounds + 1):
    for label, (start, which) in turns.items():
        taken[label].append(seconds(start, which, f"start-{which}"))
        first, end = taken[label][-1]
        print(f"round {number}  {label:12} first row {first:.1f} s, end of the process {end:.1f} s", flush=True)
print("\nRound 0 builds and warms the page cache; it is not in the medians.\n")
middle = {label: statistics.median(first for first, _ in of[1:] or of) for label, of in taken.items()}
common.table(["engine", *(f"round {n} s" for n in range(chosen.rounds + 1)), "median s", "vLLM / engine"],
             [[label, *(f"{first:.1f}" for first, _ in of), f"{middle[label]:.1f}",
               f"{middle['vLLM'] / middle[label]:.2f}" if "vLLM" in middle else "–"] for label, of in taken.items()])
