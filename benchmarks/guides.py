"""Runs llguidance and xgrammar over a file of guide requests and prints them beside Pinion's results as one table.

usage: guides.py REQUESTS.jsonl TOKENIZER-DIRECTORY PINION-RESULTS.jsonl [--llguidance-every N] [--xgrammar-every N]

Each engine compiles a request's JSON Schema in a worker process, on one thread, then computes the full mask at every token of
every text. Only the compilation and the mask are timed, in microseconds: in wall-clock time, and in CPU time of the thread,
which other processes on the machine do not affect. A worker that takes longer than LIMIT seconds for a request is killed,
and the request counts as refused, with the limit as its compile time if it was still compiling.
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
VERDICTS = ["engine", "schemas", "pass", "refused", "valid rejected", "invalid accepted"]
TIMES = ["engine", "schemas", "clock", "compile p50", "p99", "max", "mask p50", "p99", "p99.9", "max"]


class Engine:
    """Base class of the engines: the mask, in 32-bit words, and the token ids of the texts. Subclasses fill the mask."""

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


def timed(work, *arguments):
    """The result of the work, with its microseconds of wall-clock and CPU time."""
    begun, spent = time.perf_counter_ns(), time.thread_time_ns()
    found = work(*arguments)
    spent, begun = time.thread_time_ns() - spent, time.perf_counter_ns() - begun
    return found, (begun / 1000, spent / 1000)


def accepts(engine, compiled, text, masks):
    engine.begin(compiled)
    for token in engine.tokens(text) + [engine.end]:
        masks.append(timed(engine.fill)[1])
        engine.check()
        if not engine.allows(token):
            return False
        if token != engine.end and not engine.take(token):
            raise ValueError("the mask allows a token that is refused")
    return True


def run(engine, request, report):
    schema = json.dumps(request["json_schema"], ensure_ascii=False)
    masks, accepted = [], []
    try:
        compiled, taken = timed(engine.compile, schema)
        report(taken)
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
    run(engine, warm, lambda taken: None)
    pipe.send("ready")
    while True:
        pipe.send(run(engine, pipe.recv(), lambda taken: pipe.send({"compiled": taken})))


class Worker:
    """A process with one engine, restarted after a request that took too long or crashed it."""

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
        """Whether each text is accepted (None if the request is refused), compile time, mask times."""
        if not self.process:
            self.start()
        self.pipe.send(request)
        compiled = None
        try:
            while self.pipe.poll(LIMIT):
                message = self.pipe.recv()
                if isinstance(message, tuple):
                    return message[0], compiled, message[1]
                compiled = message["compiled"]
        except EOFError:
            self.stop()
            return None, compiled, []
        self.stop()
        return None, compiled or (LIMIT * 1e6, LIMIT * 1e6), []


def peer(kind, directory, requests):
    worker = Worker(kind, directory)
    results = [worker.request(request) for request in requests]
    worker.stop()
    return results


def pinion(path):
    for line in open(path, encoding="utf-8"):
        result = json.loads(line)
        if "accepted" in result:
            masks = list(zip(result["mask_us"], result["mask_cpu_us"], strict=True))
            yield result["accepted"], (result["compile_us"], result["compile_cpu_us"]), masks
        else:
            yield None, None, []


def verdicts(requests, results):
    passed = refused = rejected = accepted = 0
    for request, (found, _, _) in zip(requests, results, strict=True):
        if found is None:
            refused += 1
            continue
        marks = [instance["valid"] for instance in request["instances"]]
        passed += found == marks
        rejected += any(mark and not verdict for mark, verdict in zip(marks, found))
        accepted += any(verdict and not mark for mark, verdict in zip(marks, found))
    return [passed, refused, rejected, accepted]


def times(results, clock):
    compiles = [taken[clock] for _, taken, _ in results if taken]
    masks = [taken[clock] for _, _, found in results for taken in found]
    found = [*numpy.percentile(compiles, (50, 99, 100)), *numpy.percentile(masks, (50, 99, 99.9, 100))]
    return [f"{micros:,.1f}" for micros in found]


def table(columns, rows):
    for row in [columns, ["---"] * len(columns), *rows]:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


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
    found = [("Pinion", 1, ours)]
    for kind, every in ((Llguidance, arguments.llguidance_every), (Xgrammar, arguments.xgrammar_every)):
        if every > 1:
            found.append((f"Pinion, every {every}th", every, ours[::every]))
        if every:
            name = kind.__name__.lower()
            label = f"{name} {importlib.metadata.version(name)}" + (f", every {every}th" if every > 1 else "")
            found.append((label, every, peer(kind, arguments.tokenizer, requests[::every])))
    table(VERDICTS, [[name, len(results), *verdicts(requests[::every], results)] for name, every, results in found])
    table(TIMES, [[name, len(results), clock, *times(results, place)]
                  for name, _, results in found for place, clock in enumerate(("wall", "thread"))])


if __name__ == "__main__":
    main()
