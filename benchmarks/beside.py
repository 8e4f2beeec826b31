"""Compares Pinion with vLLM, Outlines on transformers and llama.cpp on the same rows, in turn, each round in fresh processes."""

import json
import os
import statistics

import common

NAMES = {"vllm": "vLLM", "outlines": "Outlines", "llama": "llama.cpp"}
FREE_TOKENS = 64


def options():
    parser = common.arguments(__doc__)
    parser.add_argument("job", choices=["structured", "free"])
    parser.add_argument("rounds", nargs="?", type=int, default=2)
    parser.add_argument("--engines", type=common.words, default=["pinion", *NAMES], help="with commas")
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--slow-rows", type=int, default=128, help="rows for Outlines and llama.cpp")
    return common.begin(parser)


def requests(job, count):
    rows = [json.loads(line) for line in open(common.TICKETS)][:count]
    if job == "free":
        rows = [row | {"json_schema": None, "max_tokens": FREE_TOKENS} for row in rows]
    return rows


def pinion(dtype, chosen, name):
    settings = [f"model.dtype={dtype}", f"input.limit={chosen.rows}", *chosen.set]
    report, folder = common.pinion(chosen.job, name, settings)
    rows = report["rows_ok"]
    return {"version": "", "dtype": dtype, "seconds": report["generation_seconds"], "rows": rows,
            "rate": report["rows_per_second"], "load": report["model_load_seconds"], "tokens": report["completion_tokens"],
            "prompt": report["prompt_tokens"], "peak_mib": report["peak_mib"],
            "texts": {row["id"]: row["generated_text"] for row in common.answers(folder)}}


def peer(engine, chosen, name):
    rows = requests(chosen.job, chosen.rows if engine == "vllm" else min(chosen.rows, chosen.slow_rows))
    files = [os.path.join(common.OUT, name + ending) for ending in (".json", ".jsonl", ".log")]
    common.checked(common.start_peer(engine, rows, *files), files[2])
    texts = {row["id"]: json.loads(line) for row, line in zip(rows, open(files[1]))}
    found = json.load(open(files[0]))
    return found | {"rate": found["rows"] / found["seconds"], "texts": texts}


def valid(texts, schemas):
    """How many texts are valid JSON by their row's schema, according to Python's jsonschema."""
    import jsonschema

    count = 0
    for row, text in texts.items():
        try:
            jsonschema.Draft202012Validator(schemas[row]).validate(json.loads(text))
            count += 1
        except (ValueError, jsonschema.ValidationError):
            pass
    return count


def judged(run, job):
    if job == "free":
        return "–"
    try:
        return valid(run["texts"], {row["id"]: row["json_schema"] for row in requests(job, None)})
    except ImportError:
        return "? (no jsonschema: benchmarks/peers)"


def show(runs, job, rounds):
    common.table(["engine", "dtype", "rows", *(f"round {n} rows/s" for n in range(1, rounds + 1)), "best", "valid",
                  "generated tokens", "load s", "peak MiB"],
                 [[label, of[0]["dtype"], of[0]["rows"], *(f"{run['rate']:.2f}" for run in of),
                   f"{max(run['rate'] for run in of):.2f}", both(judged(run, job) for run in of),
                   both(run["tokens"] for run in of), both(f"{run['load']:.1f}" for run in of),
                   both(run["peak_mib"] for run in of)] for label, of in runs.items()])
    ratios = [[f"{mine} / {other}", *(f"{a['rate'] / b['rate']:.2f}" for a, b in zip(runs[mine], runs[other])),
               f"{middle(runs[mine]) / middle(runs[other]):.2f}",
               f"{max(a['rate'] / b['rate'] for a, b in zip(runs[mine], runs[other])):.2f}"]
              for mine in runs if mine.startswith("Pinion") for other in runs if not other.startswith("Pinion")]
    if ratios:
        common.table(["rows/s", *(f"round {n}" for n in range(1, rounds + 1)), "of medians", "best round"], ratios)


def middle(of):
    return statistics.median(run["rate"] for run in of)


def both(values):
    """The values of the rounds, or one value if they agree."""
    return ", ".join(dict.fromkeys(map(str, values)))


def main():
    chosen = options()
    turns = []
    for engine in chosen.engines:
        if engine == "pinion":
            turns += [(f"Pinion {dtype}", dtype, pinion) for dtype in chosen.dtypes]
        else:
            common.peer(engine)
            turns.append((NAMES[engine], engine, peer))
    runs = {}
    for number in range(1, chosen.rounds + 1):
        for label, which, measure in turns:
            run = measure(which, chosen, f"{chosen.job}-{which}-{number}")
            label += " " + run["version"] if run["version"] else ""
            runs.setdefault(label, []).append(run)
            prompt = f"{run['prompt'] / run['rows']:.0f} prompt + " if "prompt" in run else ""
            print(f"round {number}  {label:20} {run['rate']:6.2f} rows/s  generation {run['seconds']:.1f} s  "
                  f"load {run['load']:.1f} s  {run['rows']} rows  {prompt}{run['tokens'] / run['rows']:.0f} generated "
                  f"tokens  peak {run['peak_mib']} MiB", flush=True)
    print()
    show(runs, chosen.job, chosen.rounds)


if __name__ == "__main__":
    main()
