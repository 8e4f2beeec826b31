"""Pinion on a GPU without Spark: versions, pinning, tokens beside transformers, guided rows, speed beside transformers and beside
the limit that memory bandwidth sets, and where the time goes. Models are random weights in the shapes of real ones, made here."""

import argparse
import csv
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import torch
from safetensors.torch import save_file

STAGES = ["versions", "pin", "parity", "guided", "bench-1b", "mixed", "profile", "bench-8b"]
# hidden size, layers, attention heads, key-value heads, inner size, vocabulary
SHAPES = {
    "135m": (576, 30, 9, 3, 1536, 49152),
    "1b": (2048, 16, 32, 8, 8192, 128256),
    "8b": (4096, 32, 32, 8, 14336, 128256),
}
TINY = {
    "135m": (64, 3, 4, 2, 128, 49152),
    "1b": (64, 4, 4, 2, 128, 50000),
    "8b": (128, 4, 4, 2, 256, 50000),
}
SCHEMA = {
    "type": "object",
    "properties": {
        "customer": {"type": "string", "maxLength": 24},
        "category": {"enum": ["hardware", "billing", "shipping", "software"]},
        "urgency": {"type": "integer", "minimum": 1, "maximum": 5},
        "refund_requested": {"type": "boolean"},
        "summary": {"type": "string", "maxLength": 80},
    },
    "required": ["customer", "category", "urgency", "refund_requested", "summary"],
    "additionalProperties": False,
}
START = time.time()


def say(*words):
    print(f"[{time.time() - START:4.0f} s]", *words, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--java", default="java")
    parser.add_argument("--class-path", required=True, help="Pinion, its libraries and its benchmarks")
    parser.add_argument("--tokenizer", required=True, help="a tokenizer.json with 49152 tokens or fewer")
    parser.add_argument("--torch", default=os.path.join(os.path.dirname(torch.__file__), "lib"), help="libtorch's folder")
    parser.add_argument("--out", default="out/benchmarks/gpu")
    parser.add_argument("--stages", default=",".join(STAGES), help="some of them, with commas")
    parser.add_argument("--batches", default="1,8,64,256")
    parser.add_argument("--big-batches", default="8,64", help="those of the 8B model")
    parser.add_argument("--prompt", type=int, default=128, help="tokens of a prompt in the speed runs")
    parser.add_argument("--new", type=int, default=65, help="tokens generated in the speed runs")
    parser.add_argument("--peers", default="1,8,64,256", help="batches of the 1B model for transformers; empty for none")
    parser.add_argument("--gguf", help="a real model for the stage real")
    parser.add_argument("--gguf-rows", help="rows for it: id, maximum tokens, token ids")
    parser.add_argument("--gguf-tokens", help="the tokens that it generates for them on a CPU in f32")
    parser.add_argument("--tiny", action="store_true", help="small models, to try the script out on a CPU")
    parser.add_argument("--jvm", action="append", default=[], help="an option of the JVM, such as -Dname=value")
    return parser.parse_args()


class Kit:
    def __init__(self, options):
        self.options = options
        self.out = options.out
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.address = "0" if self.device == "cuda" else "cpu"
        self.shapes = TINY if options.tiny else SHAPES
        self.models = tempfile.mkdtemp(prefix="gpu-models")
        os.makedirs(self.out, exist_ok=True)

    def java(self, *words, env=None, limit=150, wrap=(), jvm=()):
        """Runs GpuRun and prints what it prints. A value None in env removes a variable."""
        environment = {**os.environ, "PYTORCH_LIBRARY_PATH": self.options.torch, **(env or {})}
        environment = {key: value for key, value in environment.items() if value is not None}
        command = [*wrap, self.options.java, "-Xmx4g", f"-XX:ErrorFile={self.out}/hs_err.log", *self.options.jvm, *jvm,
                   "-cp", self.options.class_path, "io.pinion.engine.GpuRun", *map(str, words)]
        try:
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit)
            text, status = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            text, status = (late.stdout or b"").decode(errors="replace"), f"stopped after {limit} s"
        lines = [line for line in text.splitlines() if "SLF4J" not in line and not line.startswith("\tat ")]
        with open(f"{self.out}/java.log", "a") as log:
            log.write(f"$ {' '.join(map(str, words))} {env or ''} {jvm or ''}: {status}\n" + "\n".join(lines) + "\n")
        for line in lines[:16]:
            say("  |", line[:260])
        if status != 0:
            say("  | exit status", status)
        return status == 0

    def folder(self, name, deviation):
        """A model that is made if it is not there yet."""
        folder = os.path.join(self.models, name)
        return folder if os.path.exists(folder) else self.make(name, deviation)[0]

    def make(self, name, deviation):
        """A random Llama in bf16 on disk; returns its folder and the bytes of its weights."""
        hidden, layers, heads, kv, inner, vocabulary = self.shapes[name]
        folder = os.path.join(self.models, name)
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.options.tokenizer, folder + "/tokenizer.json")
        tied = name != "8b"
        width = hidden // heads
        with open(folder + "/config.json", "w") as file:
            json.dump({
                "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": hidden, "num_hidden_layers": layers,
                "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": width, "intermediate_size": inner,
                "vocab_size": vocabulary, "rms_norm_eps": 1e-5, "rope_theta": 1e5, "max_position_embeddings": 32768,
                "tie_word_embeddings": tied, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "bfloat16",
                "attention_bias": False, "mlp_bias": False}, file)
        generator = torch.Generator(device=self.device).manual_seed(7)
        weights = {}

        def put(key, *shape):
            weight = torch.ones(shape, dtype=torch.bfloat16, device=self.device)
            weights[key] = weight if len(shape) == 1 else weight.normal_(0, deviation, generator=generator)

        put("model.embed_tokens.weight", vocabulary, hidden)
        put("model.norm.weight", hidden)
        if not tied:
            put("lm_head.weight", vocabulary, hidden)
        for layer in range(layers):
            for key, shape in {
                "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,),
                "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (kv * width, hidden),
                "self_attn.v_proj": (kv * width, hidden), "self_attn.o_proj": (hidden, hidden),
                "mlp.gate_proj": (inner, hidden), "mlp.up_proj": (inner, hidden), "mlp.down_proj": (hidden, inner),
            }.items():
                put(f"model.layers.{layer}.{key}.weight", *shape)
        begin = time.time()
        save_file(weights, folder + "/model.safetensors", metadata={"format": "pt"})
        count = sum(weight.numel() for weight in weights.values())
        say(f"{name}: {count / 1e9:.2f}B random weights, written in {time.time() - begin:.1f} s")
        return folder, 2 * count

    def reference(self, folder, dtype):
        from transformers import AutoModelForCausalLM
        return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa").to(self.device).eval()

    def free(self):
        if self.device == "cuda":
            torch.cuda.empty_cache()

    # Stages

    def versions(self):
        self.java("versions")
        driver = "/proc/driver/nvidia/version"
        say(open(driver).readline().strip() if os.path.exists(driver) else f"no {driver}")

    def pin(self):
        uuid = "none"
        if shutil.which("nvidia-smi"):
            query = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
            uuid = subprocess.run(query, capture_output=True, text=True).stdout.split()[0]
        self.java("pin", "0", "1", "00", "x", uuid, uuid[:12], env={"CUDA_VISIBLE_DEVICES": None})
        self.java("pin", "0", uuid, env={"CUDA_VISIBLE_DEVICES": uuid})
        self.java("pin", "0", env={"CUDA_VISIBLE_DEVICES": ""})

    def parity(self, count=6, length=40, fresh=40):
        """Tokens beside those of transformers in the same type. In 16 bits both part from f32 at near ties: by how many tokens they
        agree with it on average tells whether one is less precise."""
        folder, _ = self.make("135m", 0.05)
        generator = torch.Generator().manual_seed(3)
        prompts = [torch.randint(100, 40000, (length - i % 7,), generator=generator).tolist() for i in range(count)]
        with open(self.out + "/rows.tsv", "w") as file:
            for i, prompt in enumerate(prompts):
                file.write(f"r{i}\t{fresh}\t{','.join(map(str, prompt))}\n")
        torch.backends.cuda.matmul.allow_tf32 = False
        exact = None
        for name, dtype, tie in (("f32", torch.float32, 1e-3), ("bf16", torch.bfloat16, 0.15), ("f16", torch.float16, 0.03)):
            if not self.java("run", folder, name, self.address, count, self.out + "/rows.tsv", self.out + "/parity.tsv"):
                continue
            model = self.reference(folder, dtype)
            theirs = [self.greedy(model, prompt, fresh) for prompt in prompts]
            ours = [[int(token) for token in line.split("\t")[0].split(",")]
                    for line in open(self.out + "/parity.tsv", newline="\n")]
            exact = exact or theirs
            agreed = [self.agreed(mine, tokens) for mine, (tokens, _) in zip(ours, theirs)]
            parted = [(row, at, round(theirs[row][1][at], 4)) for row, at in enumerate(agreed) if at < fresh]
            wrong = [part for part in parted if part[2] >= tie]
            mean = lambda rows: sum(self.agreed(row, tokens) for row, (tokens, _) in zip(rows, exact)) / count
            say(f"PARITY {name}: {count - len(parted)} of {count} rows as transformers, {len(parted) - len(wrong)} part at a tie "
                f"(best logits closer than {tie}), {len(wrong)} differ {wrong[:4]}; tokens of {fresh} as in f32: "
                f"{mean(ours):.1f}, transformers {mean([tokens for tokens, _ in theirs]):.1f}")
            del model
            self.free()

    @staticmethod
    def agreed(some, others):
        return next((i for i, (one, other) in enumerate(zip(some, others)) if one != other), min(len(some), len(others)))

    def mixed(self, rows=64, longest=30000):
        """Short rows beside a long one, which together would need more cache than a GPU has if each took as much as the longest."""
        folder = self.folder("1b", 0.02)
        if self.options.tiny:
            rows, longest = 6, 700
        with open(self.out + "/mixed.tsv", "w") as file:
            for i in range(rows + 1):
                length, fresh = (longest, 8) if i == rows // 2 else (100, 32)
                file.write(f"m{i}\t{fresh}\t{','.join(str(100 + (i * 7919 + j * 104729) % 30000) for j in range(length))}\n")
        self.java("run", folder, "bf16", self.address, 0, self.out + "/mixed.tsv", self.out + "/mixed.out")
        done = [line for line in open(self.out + "/mixed.out", newline="\n") if not line.startswith("ERROR")]
        say(f"MIXED {len(done)} of {rows + 1} rows, one of {longest} tokens")

    def real(self):
        """A real model, against tokens made on a CPU in f32 by the same program."""
        with open(self.options.gguf_tokens) as file:
            want = [line.split("\t")[0] for line in file]
        for name in ("f32", "bf16"):
            if self.java("run", self.options.gguf, name, self.address, 16, self.options.gguf_rows, self.out + "/real.tsv"):
                got = [line.split("\t")[0] for line in open(self.out + "/real.tsv", newline="\n")]
                say(f"REAL {name}: {sum(one == other for one, other in zip(got, want))} of {len(want)} rows as on the CPU in f32")

    @torch.no_grad()
    def greedy(self, model, prompt, fresh):
        """Tokens, and at each step by how much the best logit leads."""
        out = model(torch.tensor([prompt], device=self.device), use_cache=True)
        tokens, gaps = [], []
        for _ in range(fresh):
            top = out.logits[0, -1].float().topk(2)
            tokens.append(int(top.indices[0]))
            gaps.append(float(top.values[0] - top.values[1]))
            out = model(top.indices[:1].view(1, 1), past_key_values=out.past_key_values, use_cache=True)
        return tokens, gaps

    def guided(self, count=64):
        folder = self.folder("135m", 0.05)
        with open(self.out + "/guided.tsv", "w") as file:
            for i in range(count):
                prompt = ",".join(str(100 + 37 * i + j) for j in range(20))
                file.write(f"g{i}\t160\t{prompt}\t{json.dumps(SCHEMA)}\n")
        if not self.java("run", folder, "bf16", self.address, count, self.out + "/guided.tsv", self.out + "/guided.out"):
            return
        valid, broken = 0, []
        for line in open(self.out + "/guided.out", newline="\n"):
            try:
                json.loads(line.rstrip("\n").split("\t")[1].replace("\\n", "\n").replace("\\t", "\t"))
                valid += 1
            except (IndexError, ValueError):
                broken.append(line[:200])
        say(f"GUIDED {valid} of {count} rows are valid JSON", broken[:2] or "")

    def bandwidth(self):
        """Bytes read and written by a copy on the device, in a second; 0 for a CPU."""
        if self.device != "cuda":
            return 0
        size = 1 << 31
        source = torch.empty(size, dtype=torch.uint8, device=self.device)
        target = torch.empty_like(source)
        for _ in range(3):
            target.copy_(source)
        begin, end = torch.cuda.Event(True), torch.cuda.Event(True)
        begin.record()
        for _ in range(10):
            target.copy_(source)
        end.record()
        torch.cuda.synchronize()
        del source, target
        self.free()
        return 2 * 10 * size / (begin.elapsed_time(end) / 1e3)

    def bench(self, name, batches, peers):
        folder, size = self.make(name, 0.02)
        self.free()
        speed = self.bandwidth()
        hidden, layers, heads, kv, _, _ = self.shapes[name]
        prompt, fresh = self.options.prompt, self.options.new
        for batch in batches if speed else []:
            cache = batch * (prompt + fresh / 2) * 2 * layers * kv * (hidden // heads) * 2
            say(f"LIMIT {name} batch {batch}: {(size + cache) / 1e9:.1f} GB at {speed / 1e12:.2f} TB/s: "
                f"{1e3 * (size + cache) / speed:.2f} ms a step, {batch * speed / (size + cache):.0f} tok/s")
        numbers = ",".join(map(str, batches))
        self.java("bench", folder, "bf16", self.address, numbers, prompt, fresh)
        if name == "1b":
            say("the same without TorchScript's fuser")
            self.java("bench", folder, "bf16", self.address, numbers, prompt, fresh, env={"PINION_FUSER": "off"})
        self.transformers(folder, peers, prompt, fresh)

    @torch.no_grad()
    def transformers(self, folder, batches, prompt, fresh):
        if not batches:
            return
        model = self.reference(folder, torch.bfloat16)
        fresh = min(fresh, 33)
        for batch in batches:
            ids = torch.randint(100, 30000, (batch, prompt), device=self.device)

            def once(tokens):
                begin = time.time()
                model.generate(ids, attention_mask=torch.ones_like(ids), min_new_tokens=tokens, max_new_tokens=tokens,
                               do_sample=False, pad_token_id=0)
                if self.device == "cuda":
                    torch.cuda.synchronize()
                return time.time() - begin

            once(3)
            first, all_ = once(1), once(fresh)
            step = (all_ - first) / (fresh - 1)
            say(f"transformers batch {batch}: prefill {first:.3f} s, step {1e3 * step:.2f} ms, decode {batch / step:.0f} tok/s")
        del model
        self.free()

    def profile(self, batch=64):
        """The kernels of some decoding steps by ncu; then the host's time by operation."""
        folder = next(path for name in ("1b", "135m") if os.path.exists(path := os.path.join(self.models, name)))
        prompt = self.options.prompt
        if self.options.tiny:
            batch = 4
        layers = self.shapes[os.path.basename(folder)][1]
        if shutil.which("ncu") and self.device == "cuda":
            # Short prompts, so that most launches belong to decoding; about 44 launches a layer and step.
            skip = 14 * (layers * 44 + 60)
            log = self.out + "/ncu.csv"
            wrap = ["ncu", "--clock-control", "none", "--metrics", "gpu__time_duration.sum", "--csv", "--page", "raw",
                    "--log-file", log, "--launch-skip", skip, "--launch-count", 4000, "--kill", "yes"]
            self.java("profile", folder, "bf16", self.address, batch, 16, self.out + "/trace.json", wrap=list(map(str, wrap)), limit=70)
            self.kernels(log)
        if not self.java("profile", folder, "bf16", self.address, batch, prompt, self.out + "/trace.json"):
            return
        with open(self.out + "/trace.json") as file:
            total = {}
            for event in json.load(file):
                number = total.setdefault(event.get("name"), [0, 0.0])
                number[0] += 1
                number[1] += event.get("dur", 0)
        os.remove(self.out + "/trace.json")
        for key, (count, us) in sorted(total.items(), key=lambda item: -item[1][1])[:30]:
            say(f"  host {key:40} {count:7d} x {us / max(1, count):8.1f} us = {us / 1e3:9.1f} ms")

    def kernels(self, log):
        if not os.path.exists(log):
            return say("ncu wrote nothing")
        total, number = {}, 0
        with open(log) as file:
            for row in csv.DictReader(line for line in file if line.startswith('"')):
                try:
                    ns = float(row["gpu__time_duration.sum"].replace(",", ""))
                except (KeyError, ValueError):
                    continue
                entry = total.setdefault(row["Kernel Name"][:100], [0, 0.0])
                entry[0], entry[1], number = entry[0] + 1, entry[1] + ns, number + 1
        say(f"  {number} launches; the unit is that of the second line of ncu.csv")
        for key, (count, time_) in sorted(total.items(), key=lambda item: -item[1][1])[:30]:
            say(f"  kernel {count:5d} x {time_ / count:10.1f} = {time_:12.1f}  {key}")


def main():
    options = arguments()
    kit = Kit(options)
    name = torch.cuda.get_device_name() if kit.device == "cuda" else "CPU"
    say("PyTorch", torch.__version__, name)
    numbers = lambda text: [int(number) for number in text.split(",") if number]
    stages = {
        **{name: getattr(kit, name) for name in ("versions", "pin", "parity", "guided", "mixed", "profile", "real")},
        "bench-1b": lambda: kit.bench("1b", numbers(options.batches), numbers(options.peers)),
        "bench-8b": lambda: kit.bench("8b", numbers(options.big_batches), numbers(options.big_batches)[-1:]),
    }
    failed = []
    try:
        for stage in options.stages.split(","):
            say("==", stage)
            try:
                stages[stage]()
            except Exception as error:  # The other stages tell more about the machine than a stack trace.
                failed.append(stage)
                say("FAILED", stage, type(error).__name__, str(error)[:300])
            kit.free()
    finally:
        shutil.rmtree(kit.models, ignore_errors=True)
    say("done" + (f", failed: {failed}" if failed else ""))
    sys.exit(1 if failed else 0)


main()
