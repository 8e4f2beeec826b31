"""Measures Pinion's rows per second on free text, 64 tokens per row, with one variable changed at a time."""

import itertools
import json
import os

import common

CONTEXTS = [128, 256, 512, 1024, 2048, 4096]
GENERATED = 64
TEMPLATE = 30  # tokens that the chat template adds
LETTERS = 3.35  # characters per token in these messages


def run(name, dtype, rows, settings, master=None):
    settings = [f"model.dtype={dtype}", f"input.limit={rows}", f"sampling.max-tokens={GENERATED}", *settings, *chosen.set]
    report, _ = common.pinion("free", "scale-" + name, settings, master)
    return report


def show(report):
    return [f"{report['rows_per_second']:.2f}", f"{report['prompt_tokens'] / report['rows_ok']:.0f}",
            f"{report['prompt_tokens_per_second']:.0f}", f"{report['completion_tokens_per_second']:.0f}", report["peak_mib"]]


def sweep(thing, values, measure):
    common.table([thing, "dtype", "rows", "rows/s", "prompt tokens a row", "prompt tokens/s", "generated tokens/s", "peak MiB"],
                 ([value, dtype, (report := measure(value, dtype))["rows_ok"], *show(report)]
                  for value in values for dtype in chosen.dtypes))


def slots():
    """Fewer rows for few slots, where each row is slow."""
    sweep("batch.slots", [1, 2, 4, 8, 16, 32, 64, 128],
          lambda n, dtype: run("slots", dtype, min(chosen.rows, max(16, 4 * n)), [f"batch.slots={n}"]))


def partitions():
    sweep("partitions", [1, 4, 16, 64], lambda n, dtype: run("partitions", dtype, chosen.rows, [f"input.partitions={n}"]))


def tasks():
    """The same rows with as many partitions as concurrent tasks, on one model with a fixed number of cores; local[N] would give it N."""
    settings = [f"model.threads={len(os.sched_getaffinity(0))}"]
    sweep("tasks", [1, 2, 4],
          lambda n, dtype: run("tasks", dtype, chosen.rows, [*settings, f"input.partitions={n}"], f"local[{n}]"))


def context():
    sweep("context", CONTEXTS,
          lambda n, dtype: run("context", dtype, chosen.long_rows, [f"input.path={long_prompts(n, chosen.long_rows)}"]))


def long_prompts(length, count):
    """A file of prompts of concatenated tickets that have about the given number of tokens, generated ones included."""
    tickets = itertools.cycle([json.loads(line)["messages"][-1]["content"] for line in open(common.TICKETS)])
    path = os.path.join(common.OUT, f"context-{length}.jsonl")
    letters = int((length - GENERATED - TEMPLATE) * LETTERS)
    with open(path, "w") as file:
        for row in range(count):
            text = next(tickets)
            while len(text) < letters:
                text += " " + next(tickets)
            file.write(json.dumps({"id": f"c{row}", "messages": [{"role": "user", "content": text[:letters]}]}) + "\n")
    return path


SWEEPS = {"slots": slots, "partitions": partitions, "tasks": tasks, "context": context}
parser = common.arguments(__doc__)
parser.add_argument("sweeps", nargs="*", metavar="SWEEP", default=list(SWEEPS), help=", ".join(SWEEPS))
parser.add_argument("--rows", type=int, default=128)
parser.add_argument("--long-rows", type=int, default=4, help="rows of the context sweep")
chosen = common.begin(parser)
for name in chosen.sweeps:
    if name not in SWEEPS:
        parser.error(f"{name} is none of {', '.join(SWEEPS)}")
for name in chosen.sweeps:
    SWEEPS[name]()
