"""Writes small tokenizers as GGUF metadata with the ids that transformers gives for TEXTS (tried with
transformers 5.23.0, tokenizers 0.23.3, gguf, regex). Each is checked against a second, naive encoder
written after llama.cpp's src/llama-vocab.cpp, so that no row rests on one library alone.

    python make_fixtures.py /path/to/SmolLM2-135M-Instruct.Q4_1.gguf          # in this folder
"""

import json
import pathlib
import sys
import unicodedata

import regex
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from tokenizers import trainers
from transformers import AutoTokenizer, GPT2Tokenizer, LlamaTokenizer, Qwen2Tokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.tokenization_utils_base import generate_merges

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6

TEXTS = [
    "", " ", "a", "Hello, world!", "Hello world", " Hello", "  Hello", "Hello ", "Hello  ",
    "The quick brown fox jumps over the lazy dog.",
    "Don't you think we're sure they've said I'm what he'd say she'll do?",
    "DON'T YOU THINK WE'RE SURE THEY'VE SAID I'M WHAT HE'D SAY SHE'LL DO?",
    "it\u2019s \u2018quoted\u2019 \u201ctext\u201d \u2014 dashes \u2013 and\u2026 dots",
    "'tis the '90s, rock 'n' roll's 'sss", "a'b''c'''d 's 't", "x's1'S'LLama",
    "1", "12", "123", "1234", "12345 67890", "3.14159", "1,234,567.89", "a1b22c333d4444", "v 1  2   3    4",
    "\u0661\u0662\u0663 \u0967\u0968\u0969 \u00bd \u2460 \u2167 x\u00b2", "0xFF + 1e-9 = ?",
    "a  b   c    d     e", "tabs\tand\t\ttabs\t", "line\nline\n\nline\n\n\n", "\n", "\n\n  \n", " \n \n x",
    "windows\r\nlines\r\n\r\n", "mixed \t \n \r\n \t end ", "trailing spaces   \n   leading",
    "non\u00a0breaking\u00a0 space\u3000wide\u2003em\u200bzero\u2028line",
    "def f(x):\n    if x > 0:\n        return x ** 2\n    return -x  # no\n",
    "for (int i = 0; i < 10; ++i) { a[i] += b[i] * 2; }", "{\"key\": [1, 2.5, null, true], \"k\": \"v\\n\"}",
    "<div class=\"x\">a &amp; b</div>", "https://example.org/a/b?c=d&e=%20f#g", "snake_case camelCase kebab-case __init__",
    "SELECT * FROM t WHERE a >= 1 AND b <> 'x';", "$100 \u20ac50 \u00a330 \u00a51000 50% #1 @me ~x^2 |y| <z> =w",
    "caf\u00e9 na\u00efve r\u00e9sum\u00e9 \u00dcber stra\u00dfe", "cafe\u0301 e\u0302\u0323 a\u030a \u1112\u1161\u11ab",
    "\u0130stanbul \u0131 \u017f '\u017f I'\u017fx K \u212b \ufb01",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5",
    "\u4f60\u597d\uff0c\u4e16\u754c\uff01\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3002\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u060c \u0643\u064a\u0641\u061f \u05e9\u05dc\u05d5\u05dd",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd \u2764\ufe0f\U0001f1e9\U0001f1ea ok\U0001f44d",
    "\U0001d54f \U00010348 \U00020000 \U000e0041 \uffff \ufeffbom", "z\u0351\u0352a\u0353l\u0354g\u0355o\u0356",
    "nul \x00 bell \x07 del \x7f esc \x1b[0m unit \x1f.", "!!!???...---===***", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "<|im_start|>user\nHi<|im_end|>\n", "a<|endoftext|>b", " <|im_end|> <|im_end|><|im_end|>", "<|im_start|", "<|IM_START|>",
    "<s>text</s>", "a <s> b </s>c<unk>d", "<think> hm </think>\n\nso", "x<a b>y < a b>", "<0x41><0x0A> <0x", "[PAD0]",
    "\u2581low\u2581 line \u2581\u2581", "\u0120 is \u010a no space",
]

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
WORDS = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
NAIVE_WORDS = {
    "default": [GPT2], "gpt-2": [GPT2], "smollm": [r"\p{N}", GPT2],
    "llama-bpe": [WORDS % "{1,3}"], "qwen2": [WORDS % ""]}

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def byte_level_metadata():
    """A vocabulary whose merges were learned across word borders, so that wrong borders show."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(
        vocab_size=900, min_frequency=2, max_token_length=5, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(sorted(TEXTS * 3), trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    pieces = sorted(trained["vocab"], key=trained["vocab"].get)
    tokens = [("<|endoftext|>", CONTROL), ("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL)]
    tokens += [(piece, NORMAL) for piece in pieces]
    tokens += [("[PAD0]", UNUSED), ("<think>", USER_DEFINED), ("</think>", USER_DEFINED), ("<a b>", USER_DEFINED)]
    # Tokens that no merge leads to: only a tokenizer that ignores merges takes them.
    tokens += [("\u0120jumps", NORMAL), ("\u0120think", NORMAL)]
    assert len(dict(tokens)) == len(tokens)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": [text for text, _ in tokens],
        "tokenizer.ggml.token_type": [kind for _, kind in tokens],
        "tokenizer.ggml.merges": [" ".join(merge) for merge in trained["merges"]],
        "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2}


def sentence_piece_metadata():
    tokenizer = Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(vocab_size=700, min_frequency=2, max_token_length=8, show_progress=False)
    plain = [text.replace(" ", "\u2581") for text in TEXTS if "<0x" not in text]
    tokenizer.train_from_iterator(sorted(plain * 3), trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    pieces = sorted(trained["vocab"], key=trained["vocab"].get)
    letters = [piece for piece in pieces if len(piece) == 1 and ord(piece) < 0x500 or piece == "\u2581"]
    own = ("<unk>", "<s>", "</s>", "<think>", "</think>")
    merged = [
        piece for piece in pieces
        if len(piece) > 1 and piece not in own and all(letter in letters for letter in piece)]
    tokens = [("<unk>", UNKNOWN, 0.0), ("<s>", CONTROL, 0.0), ("</s>", CONTROL, 0.0)]
    tokens += [(f"<0x{value:02X}>", BYTE, 0.0) for value in range(256)]
    tokens += [(piece, NORMAL, -float(rank)) for rank, piece in enumerate(merged + letters)]
    tokens += [("<think>", USER_DEFINED, 0.0), ("</think>", USER_DEFINED, 0.0)]
    # Pieces that would put the byte token <0x41> together, which no merge may.
    tokens += [(piece, NORMAL, -9000.0 - at) for at, piece in enumerate(("<0", "<0x", "<0x4", "1>"))]
    assert len({text for text, _, _ in tokens}) == len(tokens)
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": [text for text, _, _ in tokens],
        "tokenizer.ggml.token_type": [kind for _, kind, _ in tokens],
        "tokenizer.ggml.scores": [score for _, _, score in tokens],
        "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.unknown_token_id": 0}


def typed(metadata):
    return list(zip(metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]))


def added_tokens(metadata):
    kinds = (UNKNOWN, CONTROL, USER_DEFINED)
    return [AddedToken(text, normalized=False, special=kind != USER_DEFINED) for text, kind in typed(metadata) if kind in kinds]


def byte_level_oracle(metadata, words):
    vocab = {text: id for id, text in enumerate(metadata["tokenizer.ggml.tokens"])}
    merges = [tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"]]
    kind = Qwen2Tokenizer if words == "qwen2" else GPT2Tokenizer
    backend = kind(vocab=vocab, merges=merges)._tokenizer
    if words == "smollm":
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    if words == "llama-bpe":
        backend.model.ignore_merges = True
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])
    backend.add_tokens(added_tokens(metadata))
    return lambda text: backend.encode(text, add_special_tokens=False).ids


def fragments(text, metadata):
    """Added tokens as ids, what lies between them as text."""
    ids = {token.content: metadata["tokenizer.ggml.tokens"].index(token.content) for token in added_tokens(metadata)}
    pattern = "(" + "|".join(regex.escape(content) for content in sorted(ids, key=len, reverse=True)) + ")"
    return [ids.get(part, part) for part in regex.split(pattern, text) if part]


def naive_byte_level(metadata, words):
    spelling = bytes_to_unicode()
    ids = {text: id for id, text in enumerate(metadata["tokenizer.ggml.tokens"])}
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(metadata["tokenizer.ggml.merges"])}

    def word(text):
        parts = [spelling[byte] for byte in text.encode("utf-8")]
        if words == "llama-bpe" and "".join(parts) in ids:
            return [ids["".join(parts)]]
        while len(parts) > 1:
            rank, at = min((ranks.get(pair, 1 << 30), at) for at, pair in enumerate(zip(parts, parts[1:])))
            if rank == 1 << 30:
                break
            parts[at:at + 2] = [parts[at] + parts[at + 1]]
        return [ids[part] for part in parts]

    def encode(text):
        out = []
        for part in fragments(text, metadata):
            if isinstance(part, int):
                out.append(part)
                continue
            pieces = [unicodedata.normalize("NFC", part) if words == "qwen2" else part]
            for pattern in NAIVE_WORDS[words]:
                pieces = [p for piece in pieces for p in regex.split(f"({pattern})", piece) if p]
            out += [id for piece in pieces for id in word(piece)]
        return out
    return encode


def sentence_piece_oracle(metadata, prefix):
    tokens = metadata["tokenizer.ggml.tokens"]
    vocab = {text: id for id, text in enumerate(tokens)}
    bytes_ = [text for text, kind in typed(metadata) if kind == BYTE]
    merges = generate_merges(vocab, dict(zip(tokens, metadata["tokenizer.ggml.scores"])), bytes_)
    backend = LlamaTokenizer(vocab=vocab, merges=merges)._tokenizer
    # As the tokenizer.json of Llama 2 and Mistral has it; LlamaTokenizer's Metaspace drops a space.
    steps = [normalizers.Prepend("\u2581")] if prefix else []
    backend.normalizer = normalizers.Sequence(steps + [normalizers.Replace(" ", "\u2581")])
    backend.pre_tokenizer = None
    backend.add_tokens(added_tokens(metadata))
    return lambda text: backend.encode(text, add_special_tokens=False).ids


def naive_sentence_piece(metadata, prefix):
    scores = metadata["tokenizer.ggml.scores"]
    ids = {text: id for id, (text, kind) in enumerate(typed(metadata)) if kind != BYTE}
    byte_ids = metadata["tokenizer.ggml.tokens"].index("<0x00>")

    def encode(text):
        out = []
        for part in fragments(text, metadata):
            if isinstance(part, int):
                out.append(part)
                continue
            parts = list((" " + part if prefix else part).replace(" ", "\u2581"))
            while len(parts) > 1:
                pairs = [(-scores[ids[l + r]], at) for at, (l, r) in enumerate(zip(parts, parts[1:])) if l + r in ids]
                if not pairs:
                    break
                at = min(pairs)[1]
                parts[at:at + 2] = [parts[at] + parts[at + 1]]
            for piece in parts:
                out += [ids[piece]] if piece in ids else [byte_ids + byte for byte in piece.encode("utf-8")]
        return out
    return encode


def rows(oracle, naive, name):
    all_ids = []
    for text in TEXTS:
        expected, second = oracle(text), naive(text)
        if expected != second:
            print(f"{name}: {text!r}\n  transformers {expected}\n  naive        {second}")
        all_ids.append(expected)
    return all_ids


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n[").replace('":{', '":\n{')
    pathlib.Path(name).write_text(text + "\n")
    print(name, len(text), "characters")


byte_level = byte_level_metadata()
write("byte_level.json", {
    "metadata": byte_level,
    "ids": {w: rows(byte_level_oracle(byte_level, w), naive_byte_level(byte_level, w), w) for w in NAIVE_WORDS if w != "default"}})
sentence_piece = sentence_piece_metadata()
write("sentence_piece.json", {
    "metadata": sentence_piece,
    "ids": {name: rows(sentence_piece_oracle(sentence_piece, flag), naive_sentence_piece(sentence_piece, flag), name)
            for name, flag in (("prefix", True), ("no-prefix", False))}})
path = pathlib.Path(sys.argv[1])
smollm = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
# transformers 5.23 knows no "smollm"; SmolLM2's own tokenizer.json cuts off each digit first.
smollm._tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
write("smollm2.json", {"ids": [smollm(text, add_special_tokens=False)["input_ids"] for text in TEXTS]})
write("texts.json", TEXTS)
