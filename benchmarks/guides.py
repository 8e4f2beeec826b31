"""Runs llguidance and xgrammar over a file of guide requests and prints them beside Pinion's results as one table.

usage: guides.py REQUESTS.jsonl TOKENIZER-DIRECTORY PINION-RESULTS.jsonl [--llguidance-every N] [--xgrammar-every N]

Each engine compiles a request's JSON Schema in a worker process, on one thread, then computes the full mask at every token of
every text. Only the compilation and the mask are timed. A worker that takes longer than LIMIT seconds over a request is killed,
and the request counts as refused, with the limit as its compile time when it was still compiling.
"""

import argparse
import importlib.metadata
import json
import multiprocessing
import os
import time

os.environ.update(TOKENIZERS_PARALLELISM="false", RAYON_NUM_THREADS="1")

import numpy

LIMIT = 30
COLUMNS = ["engine", "schemas", "pass", "refused", "valid rejected", "invalid accepted", "compile p50", "p99", "max",
           "mask p50", "p99", "p99.9", "max"]


class Engine:
    """A mask of 32-bit words and the ids of the texts' tokens; a subclass fills the mask."""

    def __init__(self, directory):
        from transformers import AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(directory)
        self.end = self.tokenizer.eos_token_id
        self.mask = numpy.zeros((1, (len(self.tokenizer) + 31) // 32), dtype=numpy.int32)

    def tokens(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def allows(self, token):
        return bool(int(self.mask[0, token >> 5]) >> (token & 31) & 1)


class Llguidance(Engine):
    def __init__(self, directory):
        super().__init__(directory)
        import llguidance
        import llguidance.hf

        self.matcher = llguidance.LLMatcher
        self.vocabulary = llguidance.hf.from_tokenizer(self.tokenizer, n_vocab=len(self.tokenizer))
        self.options = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}

    def compile(self, schema):
        matcher = self.matcher(self.vocabulary, self.matcher.grammar_from_json_schema(schema, overrides=self.options),
                               log_level=0)
        if matcher.is_error():
            raise ValueError(matcher.get_error())
        return matcher

    def begin(self, compiled):
        self.running = compiled.deep_copy()

    def fill(self):
        self.running.unsafe_compute_mask_ptr(self.mask.ctypes.data, self.mask.nbytes)

    def check(self):
        if self.running.is_error():
            raise ValueError(self.running.get_error())

    def take(self, token):
        return self.running.consume_token(token)


class Xgrammar(Engine):
    def __init__(self, directory):
        super().__init__(directory)
        import torch
        import xgrammar

        torch.set_num_threads(1)
        self.begin_matcher = xgrammar.GrammarMatcher
        information = xgrammar.TokenizerInfo.from_huggingface(
            self.tokenizer, vocab_size=len(self.tokenizer), stop_token_ids=[self.end])
        self.compiler = xgrammar.GrammarCompiler(information, max_threads=1)
        self.tensor = torch.from_numpy(self.mask)

    def compile(self, schema):
        return self.compiler.compile_json_schema(schema, any_whitespace=True, strict_mode=False)

    def begin(self, compiled):
        self.running = self.begin_matcher(compiled)

    def fill(self):
        self.needed = self.running.fill_next_token_bitmask(self.tensor, 0)

    def check(self):
        pass

    def allows(self, token):
        return not self.needed or super().allows(token)

    def take(self, token):
        return self.running.accept_token(token)


def accepts(engine, compiled, text, masks):
    engine.begin(compiled)
    for token in engine.tokens(text) + [engine.end]:
        begun = time.perf_counter_ns()
        engine.fill()
        masks.append((time.perf_counter_ns() - begun) / 1000)
        engine.check()
        if not engine.allows(token):
            return False
        if token != engine.end and not engine.take(token):
            raise ValueError("the mask allows a token that is refused")
    return True


def run(engine, request, report):
    schema = json.dumps(request["json_schema"], ensure_ascii=False)
    masks, accepted = [], []
    begun = time.perf_counter_ns()
    try:
        compiled = engine.compile(schema)
        report((time.perf_counter_ns() - begun) / 1000)
        for instance in request["instances"]:
            accepted.append(accepts(engine, compiled, instance["text"], masks))
    except Exception:
        return None, masks
    return accepted, masks


def work(kind, directory, pipe):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    engine = kind(directory)
    warm = {"json_schema": {"type": "object", "properties": {"a": {"type": "string"}}},
            "instances": [{"text": '{"a":"b"}'}]}
    run(engine, warm, lambda micros: None)
    pipe.send("ready")
    while True:
        pipe.send(run(engine, pipe.recv(), lambda micros: pipe.send(micros)))


class Worker:
    """A process with one engine, begun anew after a request that took too long or ended it."""

    def __init__(self, kind, directory):
        self.kind, self.directory, self.process = kind, directory, None

    def start(self):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(self.kind, self.directory, other), daemon=True)
        self.process.start()
        other.close()
        self.pipe.recv()

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.join()
            self.process = None

    def request(self, request):
        """Whether each text is accepted (None where the request is refused), compile time, mask times."""
        if not self.process:
            self.start()
        self.pipe.send(request)
        compiled = None
        try:
            while self.pipe.poll(LIMIT):
                message = self.pipe.recv()
                if isinstance(message, tuple):
                    return message[0], compiled, message[1]
                compiled = message
        except EOFError:
            self.stop()
            return None, compiled, []
        self.stop()
        return None, LIMIT * 1e6 if compiled is None else compiled, []


def peer(kind, directory, requests):
    worker = Worker(kind, directory)
    results = [worker.request(request) for request in requests]
    worker.stop()
    return results


def pinion(path):
    for line in open(path, encoding="utf-8"):
        result = json.loads(line)
        if result["status"] == "ok":
            yield [r["accepted"] for r in result["results"]], result["compile_us"], result["mask_us"]
        else:
            yield None, None, []


def row(name, requests, results):
    passed = refused = rejected = accepted = 0
    compiles, masks = [], []
    for request, (verdicts, micros, times) in zip(requests, results, strict=True):
        masks += times
        if micros is not None:
            compiles.append(micros)
        if verdicts is None:
            refused += 1
            continue
        marks = [instance["valid"] for instance in request["instances"]]
        passed += verdicts == marks
        rejected += any(mark and not verdict for mark, verdict in zip(marks, verdicts))
        accepted += any(verdict and not mark for mark, verdict in zip(marks, verdicts))
    times = [*numpy.percentile(compiles, (50, 99, 100)), *numpy.percentile(masks, (50, 99, 99.9, 100))]
    return [name, len(requests), passed, refused, rejected, accepted, *(f"{time:,.1f}" for time in times)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("requests")
    parser.add_argument("tokenizer")
    parser.add_argument("pinion")
    parser.add_argument("--llguidance-every", type=int, default=1)
    parser.add_argument("--xgrammar-every", type=int, default=10)
    arguments = parser.parse_args()
    requests = [json.loads(line) for line in open(arguments.requests, encoding="utf-8")]
    ours = list(pinion(arguments.pinion))
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + " --- |" * len(COLUMNS))

    def show(name, every, results):
        label = name if every == 1 else f"{name}, every {every}th"
        print("| " + " | ".join(map(str, row(label, requests[::every], results))) + " |", flush=True)

    show("Pinion", 1, ours)
    for kind, every in ((Llguidance, arguments.llguidance_every), (Xgrammar, arguments.xgrammar_every)):
        if every:
            if every > 1:
                show("Pinion", every, ours[::every])
            package = kind.__name__.lower()
            name = f"{package} {importlib.metadata.version(package)}"
            show(name, every, peer(kind, arguments.tokenizer, requests[::every]))


if __name__ == "__main__":
    main()
