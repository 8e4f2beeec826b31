"""Measures the cost of a row and the use of memory as the number of rows grows, with a model too small to matter.

The heap has a fixed size and is touched completely at the start, so that only memory outside of it makes the process grow. Live data
in the heap is at most what the smallest collection of a quarter left.
"""

import json
import os
import re
import tempfile
import time

import common
import random_model

TINY = {"hidden": 64, "layers": 2, "heads": 4, "kv_heads": 2, "intermediate": 128}
QUARTERS = [0.25, 0.5, 0.75, 1]
PAUSE = 0.2
COLLECTION = re.compile(r"\[([0-9.]+)s\].* Pause .* \d+M->(\d+)M\(")


class Resident:
    """Samples the memory of a process, in MiB, by its running time in seconds."""

    def __init__(self):
        self.samples = []

    def watch(self, process):
        begun = time.monotonic()
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status") as status:
                self.samples += [(time.monotonic() - begun, int(line.split()[1]) >> 10) for line in status if line.startswith("VmRSS")]
            time.sleep(PAUSE)


def by_quarter(samples, end, seconds, choose):
    """One value for each quarter of the seconds before the end, chosen from its samples; a quarter without any repeats the one before."""
    found, begin = [], end - seconds
    for quarter in QUARTERS:
        values = [value for at, value in samples if quarter - 0.25 <= (at - begin) / seconds <= quarter]
        found.append(choose(values) if values else found[-1] if found else "–")
    return found


def collections(log):
    return [(float(at), int(left)) for at, left in re.findall(COLLECTION, open(log).read())]


def write_rows(path, count):
    with open(path, "w") as file:
        for row in range(count):
            file.write(json.dumps({"id": f"r{row}", "messages": [{"role": "user", "content": f"Message {row}."}]}) + "\n")


def measured(folder):
    model, path, log = (os.path.join(folder, name) for name in ("model", "rows.jsonl", "collections.log"))
    os.mkdir(model)
    random_model.write(model, **TINY)
    environment = {"PINION_DRIVER_MEMORY": chosen.heap,
                   "SPARK_SUBMIT_OPTS": f"-Xms{chosen.heap} -XX:+AlwaysPreTouch -Xlog:gc:file={log}:uptime:filecount=0"}
    for count in chosen.counts:
        write_rows(path, count)
        resident = Resident()
        settings = [f"model.uri={model}", f"input.path={path}", "input.partitions=8", f"sampling.max-tokens={chosen.tokens}"]
        report, _ = common.pinion("free", "rows", [*settings, f"model.dtype={chosen.dtypes[0]}", *chosen.set],
                                  environment=environment, watch=resident.watch)
        seconds, rate, end = report["generation_seconds"], report["rows_per_second"], resident.samples[-1][0]
        yield [count, f"{rate:.0f}", f"{1e6 / rate:.0f}", f"{seconds:.1f}", f"{end:.1f}",
               *by_quarter(collections(log), end, seconds, min), *by_quarter(resident.samples, end, seconds, max)]


parser = common.arguments(__doc__)
parser.add_argument("counts", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="ROWS")
parser.add_argument("--tokens", type=int, default=2, help="generated per row")
parser.add_argument("--heap", default="512m", help="of the JVM; Spark needs 450 MiB")
chosen = common.begin(parser)
with tempfile.TemporaryDirectory(dir=common.OUT) as made:
    common.table(["rows", "rows/s", "µs a row", "generation s", "whole run s",
                  *(f"live MiB, {quarter:.0%}" for quarter in QUARTERS), *(f"process MiB, {quarter:.0%}" for quarter in QUARTERS)],
                 measured(made))
