"""Writes fixtures.json: templates and what Python's jinja2 makes of them.

Run by hand with jinja2 3.1.6: python3 src/test/resources/jinja/make_fixtures.py
"""

import copy
import datetime
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

from snippets import SNIPPETS

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2024, 7, 6, 14, 5, 9)


class Generation(jinja2.ext.Extension):
    """The tag of transformers that marks what an assistant says."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("body")
        return jinja2.nodes.CallBlock(call, [], [], body).set_lineno(line)

    def body(self, caller):
        return caller()


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


ENVIRONMENT = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
ENVIRONMENT.filters["tojson"] = tojson
ENVIRONMENT.globals["raise_exception"] = raise_exception
ENVIRONMENT.globals["strftime_now"] = NOW.strftime

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather <now> & here, in 'a' city",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": " The city "},
                    "days": {"type": ["integer", "string"], "description": "Days ahead"},
                    "more": {"type": "object", "description": "x"},
                },
                "required": ["city"],
            },
            "return": {"type": "string"},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "now",
            "description": "Time",
            "parameters": {"type": "object", "properties": {}},
        },
    },
]

TOOL_CALL = {
    "type": "function",
    "id": "abcdef123",
    "function": {"name": "get_weather", "arguments": {"city": "Zürich", "days": 2}},
}


def turn(role, content, **more):
    return {"role": role, "content": content, **more}


CONVERSATIONS = {
    "user": [turn("user", "Hello!")],
    "system": [turn("system", " Be brief.\n"), turn("user", "  Hi \n")],
    "turns": [
        turn("user", "What is 1 < 2 & 'x'?"),
        turn("assistant", "<think>\nhm\n</think>\n\nTrue"),
        turn("user", "日本語 🎉 \"q\"\n\n"),
    ],
    "answered": [turn("user", "Hi"), turn("assistant", "<think>a</think>Hello")],
    "twice": [turn("user", "a"), turn("user", "b")],
    "tools": [
        turn("system", "Use tools."),
        turn("user", "Weather?"),
        turn("assistant", None, tool_calls=[TOOL_CALL]),
        turn("tool", '{"sky": "blue"}', tool_call_id="abcdef123"),
        turn("tool", "two", tool_call_id="abcdef123"),
        turn("assistant", "Blue."),
        turn("user", "Thanks"),
    ],
    "empty": [],
}


def chat_contexts():
    for name, messages in CONVERSATIONS.items():
        tools = TOOLS if name == "tools" else None
        more = {"enable_thinking": False} if name == "user" else {}
        yield name, {
            "messages": messages,
            "tools": tools,
            "documents": None,
            "add_generation_prompt": name != "answered",
            "bos_token": "<s>",
            "eos_token": "</s>",
            **more,
        }


SNIPPET_CONTEXTS = {
    "full": {
        "n": 7,
        "f": 2.5,
        "s": "Hello, wide World",
        "blank": " \n x y\t",
        "u": "żółw 🎉 ß ŉ",
        "yes": True,
        "no": False,
        "nil": None,
        "xs": [3, 1, 2],
        "words": ["b", "A", "c", "a"],
        "empty": [],
        "d": {"b": 1, "a": "x", "items": 5, "C": None},
        "people": [
            {"name": "Ann", "age": 31, "tags": ["x", "y"]},
            {"name": "bob", "age": 17, "tags": []},
            {"name": "Cy", "age": 31.5},
        ],
        "nested": {"list": [1, [2.0, {"k": "it's \"q\""}], None, True], "t": {}},
    },
    "bare": {},
    "strange": {
        "n": -3,
        "f": -0.0,
        "s": "",
        "blank": None,
        "u": "a\u00a0\u2028b\x85c\x1fd",
        "yes": 1,
        "no": "",
        "nil": "none",
        "xs": "cab",
        "words": {"z": 1, "y": 2},
        "empty": "",
        "d": {"1": 2, "x y": [1]},
        "people": [],
        "nested": [[1, 2], [3, 4]],
    },
}


def run(template, context):
    mine = copy.deepcopy(context)  # The filter indent changes a list.
    try:
        return {"output": ENVIRONMENT.from_string(template).render(**mine)}
    except Exception as error:
        return {"error": type(error).__name__}


def main():
    cases = []
    for path in sorted((HERE / "templates").glob("*.jinja")):
        template = path.read_text()
        runs = [{"context": name, **run(template, c)} for name, c in chat_contexts()]
        cases.append({"name": path.stem, "template": template, "runs": runs})
    for name, template in SNIPPETS:
        runs = []
        for context_name, context in SNIPPET_CONTEXTS.items():
            result = run(template, context)
            if "0x" in result.get("output", ""):
                raise SystemExit(f"{name} prints an address: {result}")
            if not runs or {k: runs[-1].get(k) for k in result} != result:
                runs.append({"context": context_name, **result})
        cases.append({"name": name, "template": template, "runs": runs})
    contexts = dict(chat_contexts()) | SNIPPET_CONTEXTS
    fixtures = {"now": NOW.isoformat() + "Z", "contexts": contexts, "cases": cases}
    text = json.dumps(fixtures, ensure_ascii=False, indent=1)
    (HERE / "fixtures.json").write_text(text + "\n")
    errors = sum("error" in run for case in cases for run in case["runs"])
    print(len(cases), "cases,", sum(len(c["runs"]) for c in cases), "runs,", errors, "errors")


main()
