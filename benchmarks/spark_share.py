"""Measures Spark's share of the generation time: the same rows as a Spark job and in a loop without Spark, in turn, in fresh processes."""

import json
import os
import statistics
import subprocess

import common


def job(kind, dtype):
    report, _ = common.pinion(kind, f"share-{kind}", [f"model.dtype={dtype}", *chosen.set])
    return report["generation_seconds"], report["completion_tokens"]


def loop(kind, dtype):
    classes = ["target/test-classes", "target/classes", open("target/test.classpath").read().strip()]
    command = ["java", "-Xmx4g", "-cp", ":".join(classes), "io.pinion.generate.batch.BareLoopRun", kind, common.TICKETS, chosen.model, dtype]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
                         env=os.environ | {"MALLOC_ARENA_MAX": "2"})
    result = json.loads(run.stdout.splitlines()[-1])
    return result["seconds"], result["completion_tokens"]


def measured():
    for kind in chosen.kinds:
        for dtype in chosen.dtypes:
            taken = {job: [], loop: []}
            for number in range(chosen.rounds):
                # The order alternates by round, so that neither always runs in the machine state that the other left.
                for measure in [job, loop] if number % 2 == 0 else [loop, job]:
                    taken[measure].append(measure(kind, dtype))
            seconds = {measure: [seconds for seconds, _ in of] for measure, of in taken.items()}
            middle = {measure: statistics.median(of) for measure, of in seconds.items()}
            tokens = sorted({tokens for of in taken.values() for _, tokens in of})
            yield [kind, dtype, *(", ".join(f"{value:.2f}" for value in seconds[measure]) for measure in (job, loop)),
                   ", ".join(map(str, tokens)), f"{1 - middle[loop] / middle[job]:.1%}", f"{1 - min(seconds[loop]) / min(seconds[job]):.1%}"]


parser = common.arguments(__doc__)
parser.add_argument("rounds", nargs="?", type=int, default=3)
parser.add_argument("--kinds", type=common.words, default=["structured", "free"], help="with commas")
parser.add_argument("--model", default=os.path.expanduser("~/.cache/pinion/models/SmolLM2-135M-Instruct.Q4_1.gguf"))
chosen = common.begin(parser)
os.environ["PINION_MODEL"] = chosen.model
common.table(["rows", "dtype", "job s", "loop s", "generated tokens", "Spark's share, medians", "best rounds"], measured())
