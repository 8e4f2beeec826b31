"""Code that the benchmarks share: the description of the machine, running bin/pinion and reading its report, tables."""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "out", "benchmarks")
PEERS = os.environ.get("PINION_PEERS", os.path.expanduser("~/.cache/pinion-peers"))
TICKETS = os.path.join(ROOT, "benchmarks", "data", "tickets.jsonl")


def arguments(description, **defaults):
    """The options that every benchmark takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--dtypes", type=words, default=defaults.get("dtypes", ["bf16"]), help="Pinion's, with commas")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="passed to Pinion")
    parser.add_argument("--cores", type=int, default=2, help="how many cores to use, from the first")
    return parser


def words(text):
    return text.split(",")


def begin(parser):
    """Parses the command line, pins this process and its children to the cores, and prints commit, model and machine."""
    options = parser.parse_args()
    os.chdir(ROOT)
    os.makedirs(OUT, exist_ok=True)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    day = subprocess.run(["date", "-I"], capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {model}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} cores, {day}, "
          f"load average {os.getloadavg()[0]:.1f}\n", flush=True)
    return options


def peer(engine):
    """The Python interpreter of a peer's environment."""
    python = os.path.join(PEERS, {"outlines": "hf"}.get(engine, engine), "bin", "python")
    if not os.path.exists(python):
        raise SystemExit(f"{engine} is not set up in {PEERS}: run benchmarks/peers, or leave it out with --engines")
    return python


def start_peer(engine, rows, result, answers, log, warm_up=True):
    """Starts a round of a peer; its result, its texts and its output go to files."""
    task = {"rows": rows, "peers": PEERS, "slots": 64, "warm-up": warm_up, "answers": answers}
    with open(log, "w") as out:
        process = subprocess.Popen([peer(engine), "benchmarks/peer.py", engine, result], stdin=subprocess.PIPE, stdout=out,
                                   stderr=out, text=True)
    with process.stdin as stdin:
        json.dump(task, stdin)
    return process


def checked(process, log):
    """Waits for a process; if it fails, prints the end of its log and exits."""
    if process.wait():
        print("".join(open(log, errors="replace").readlines()[-40:]), file=sys.stderr)
        raise SystemExit(f"failed, see {os.path.relpath(log, ROOT)}")


def start_pinion(job, name, settings, master=None, environment=None):
    """Starts a job with keys of its file replaced; its output goes to a log, its rows to a folder of the same name."""
    folder, log = os.path.join(OUT, name), os.path.join(OUT, name + ".log")
    shutil.rmtree(folder, ignore_errors=True)
    settings = [f"output.path={folder}", *settings]
    command = ["bin/pinion", "run", f"benchmarks/{job}.yaml", "--report", folder + ".json"]
    command += [part for setting in settings for part in ("--set", setting)]
    command += ["--", "--master", master or f"local[{len(os.sched_getaffinity(0))}]"]
    with open(log, "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | (environment or {}))
    return process, folder, log


def pinion(job, name, settings, master=None, environment=None, watch=lambda process: None):
    """Runs a job to its end; its report, with the peak memory in MiB, and its rows."""
    process, folder, log = start_pinion(job, name, settings, master, environment)
    watch(process)
    checked(process, log)
    report = json.load(open(folder + ".json"))
    if report["rows_failed"]:
        raise SystemExit(f"{report['rows_failed']} rows failed: {report['failures']}")
    report["peak_mib"] = max(device["peak_memory_bytes"] for device in report["devices"]) >> 20
    return report, folder


def answers(folder):
    """The rows that a job wrote, in no particular order."""
    return [json.loads(line) for part in glob.glob(folder + "/part-*") for line in open(part)]


def table(columns, rows):
    """Prints a table in Markdown."""
    for row in [columns, ["---"] * len(columns), *rows]:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    print()
