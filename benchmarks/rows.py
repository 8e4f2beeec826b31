"""What a row costs and how much memory a run takes as rows grow in number, with a model too small to count."""

import json
import os
import tempfile
import time

import common
import random_model

TINY = {"hidden": 64, "layers": 2, "heads": 4, "kv_heads": 2, "intermediate": 128}
SHARES = [0.25, 0.5, 0.75, 1]


PAUSE = 0.2


class Resident:
    """The memory of a process over time, in MiB."""

    def __init__(self):
        self.samples = []

    def watch(self, process):
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status") as status:
                self.samples += [int(line.split()[1]) >> 10 for line in status if line.startswith("VmRSS")]
            time.sleep(PAUSE)

    def over(self, seconds):
        """At the shares of the last seconds, each the most of about a second."""
        last = self.samples[-max(5, int(seconds / PAUSE)) :]
        return [max(last[max(0, int(len(last) * share) - 5) : max(1, int(len(last) * share))]) for share in SHARES]


def write_rows(path, count):
    with open(path, "w") as file:
        for row in range(count):
            file.write(json.dumps({"id": f"r{row}", "messages": [{"role": "user", "content": f"Message {row}."}]}) + "\n")


def measured(folder):
    model, path = os.path.join(folder, "model"), os.path.join(folder, "rows.jsonl")
    os.mkdir(model)
    random_model.write(model, **TINY)
    for count in chosen.counts:
        write_rows(path, count)
        resident, begun = Resident(), time.monotonic()
        settings = [f"model.uri={model}", f"input.path={path}", "input.partitions=8", f"sampling.max-tokens={chosen.tokens}"]
        report, _ = common.pinion("free", "rows", [*settings, f"model.dtype={chosen.dtypes[0]}", *chosen.set],
                                  environment={"PINION_DRIVER_MEMORY": chosen.heap}, watch=resident.watch)
        rate = report["rows_per_second"]
        yield [count, f"{rate:.0f}", f"{1e6 / rate:.0f}", f"{report['generation_seconds']:.1f}",
               f"{time.monotonic() - begun:.1f}", report["peak_mib"], *resident.over(report["generation_seconds"])]


parser = common.arguments(__doc__)
parser.add_argument("counts", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="ROWS")
parser.add_argument("--tokens", type=int, default=2, help="generated for a row")
parser.add_argument("--heap", default="1g", help="of the JVM, whose unused part would hide growth")
chosen = common.begin(parser)
with tempfile.TemporaryDirectory(dir=common.OUT) as made:
    common.table(["rows", "rows/s", "µs a row", "generation s", "whole run s", "peak MiB",
                  *(f"MiB at {share:.0%}" for share in SHARES)], measured(made))
