"""Measures what a checkpoint costs: the same rows with and without one, in turn, and the finished job run once more."""

import glob
import os
import shutil
import statistics
import time

import common

CHECKPOINT = os.path.join(common.OUT, "checkpoint-answers")


def job(dtype, *settings):
    """The generation seconds, the seconds in all, and the report."""
    begin = time.monotonic()
    report, _ = common.pinion("structured", "checkpoint", [f"model.dtype={dtype}", *settings, *chosen.set])
    return report["generation_seconds"], time.monotonic() - begin, report


def plain(dtype):
    return job(dtype)


def kept(dtype):
    shutil.rmtree(CHECKPOINT, ignore_errors=True)
    return job(dtype, "resume=true", f"checkpoint={CHECKPOINT}")


def bytes_of_answers():
    return sum(os.path.getsize(file) for file in glob.glob(f"{CHECKPOINT}/answers/*/*.parquet"))


def measured():
    for dtype in chosen.dtypes:
        taken = {plain: [], kept: []}
        for number in range(chosen.rounds):
            # The order alternates by round, so that neither always runs in the machine state that the other left.
            for measure in [plain, kept] if number % 2 == 0 else [kept, plain]:
                taken[measure].append(measure(dtype))
        size = bytes_of_answers()
        again = job(dtype, "resume=true", f"checkpoint={CHECKPOINT}")
        rows = again[2]["rows_ok"]
        if again[2]["resumed_rows"] != rows:
            raise SystemExit(f"{again[2]['resumed_rows']} of {rows} rows were resumed")
        columns = [dtype]
        for part in range(2):
            seconds = {measure: [run[part] for run in runs] for measure, runs in taken.items()}
            columns += [", ".join(f"{value:.1f}" for value in seconds[measure]) for measure in (plain, kept)]
            columns += [f"{statistics.median(seconds[kept]) / statistics.median(seconds[plain]) - 1:+.1%}"]
        yield [*columns, f"{again[1]:.1f}", f"{size / rows:.0f}"]


parser = common.arguments(__doc__)
parser.add_argument("rounds", nargs="?", type=int, default=3)
parser.add_argument("--model", default=os.path.expanduser("~/.cache/pinion/models/SmolLM2-135M-Instruct.Q4_1.gguf"))
chosen = common.begin(parser)
os.environ["PINION_MODEL"] = chosen.model
common.table(["dtype", "generation s, without", "with", "difference of the medians", "in all s, without", "with", "difference",
              "finished job again, in all s", "bytes a row"], measured())
