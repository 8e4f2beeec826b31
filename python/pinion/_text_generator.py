"""The Spark ML transformer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.sql.utils import is_remote

from pinion._output import output_params
from pinion._params import TextGeneratorParams
from pinion._session import SessionError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pinion._params import Options

_JAVA_PACKAGE = "io.pinion.spark"


class TextGenerator(TextGeneratorParams, JavaMLReadable["TextGenerator"], JavaMLWritable):
    """Adds generated text to a table: a transformer of Spark ML, in classic sessions and over Spark Connect.

    ``transform`` adds the columns ``generated_text``, ``finish_reason``, ``prompt_tokens``, ``completion_tokens`` and
    ``error``, and ``parsed`` with the typed value if there is one type for all rows. Nothing runs before an action, and
    every action runs the model again: write the result, or cache it, before it is used twice.

    :param model: a GGUF file or a directory in Hugging Face's layout, on every executor
    :param prompt: a template whose ``{{ name }}`` stand for columns
    :param output: what a text may be: a pydantic model, a dataclass, a ``StructType``, columns such as
        ``"customer STRING, urgency INT NOT NULL"``, a list of texts to choose from, or a JSON Schema as a dict
    :param options: every other parameter, by its name; None leaves the default

    >>> generator = TextGenerator(model="model.gguf", prompt="Is it urgent? {{ body }}", output=["yes", "no"])
    >>> generator.setTemperature(1).getTemperature()
    1.0
    >>> generator.setStop(["\\n"]).getStop()
    ['\\n']
    """

    def __init__(
        self,
        *,
        model: str | None = None,
        prompt: str | None = None,
        output: Any = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__()
        self._java_obj = self._java_generator()
        self._setDefault(**self.DEFAULTS)
        given: dict[str, Any] = {"modelUrl": model, "promptTemplate": prompt}
        for name, value in given.items():
            if value is not None:
                self._give(name, value)
        self.setParams(**options)
        if output is not None:
            self.setOutput(output)

    def _java_generator(self) -> Any:
        if not is_remote():
            from pyspark import SparkContext

            if SparkContext._active_spark_context is None:
                raise SessionError("there is no Spark session yet: call pinion.session() first")
        try:
            return self._new_java_obj(f"{_JAVA_PACKAGE}.TextGenerator", self.uid)
        except TypeError as fault:
            raise SessionError(
                "the Spark session has no Pinion: start it by pinion.session(), or with spark.jars set to pinion.jar()"
            ) from fault

    def setParams(self, **options: Unpack[Options]) -> TextGenerator:
        """Sets parameters by their names; None sets one back to its default.

        :raises TypeError: for a name that is no parameter, or a value of another type
        """
        for name, value in options.items():
            if not self.hasParam(name):
                known = ", ".join(param.name for param in self.params)
                raise TypeError(f"there is no parameter {name}; there are model, prompt, output, {known}")
            self._give(name, value)
        return self

    def setOutput(self, output: Any) -> TextGenerator:
        """Sets what a text may be, as ``output`` of the constructor does; None for any text."""
        params = {} if output is None else output_params(output)
        for name in ("guide", "outputType"):
            self._give(name, params.get(name))
        return self

    def _give(self, name: str, value: Any) -> TextGenerator:
        if name == "guide" and isinstance(value, dict):
            value = json.dumps(value)
        if name in self.LISTS and isinstance(value, str):
            value = [value]
        param = self.getParam(name)
        # An empty list has no type over Spark Connect, and is the default of every list.
        if value is None or value == []:
            if self.isSet(param):
                self.clear(param)
                if is_remote():
                    del self._paramMap[param]
            return self
        self._set(**{name: value})
        return self

    def metrics(self) -> dict[str, Any]:
        """The counts of the actions over what the last ``transform`` returned, in a classic session.

        :raises SessionError: over Spark Connect, where :func:`pinion.observe` counts
        """
        if is_remote():
            raise SessionError("over Spark Connect the counters stay on the server: use pinion.observe(rows)")
        counters = self._java_obj.metrics()
        if counters is None:
            return {}
        counts = {
            "rows_ok": counters.rowsOk(),
            "rows_failed": counters.rowsFailed(),
            "rows_deduplicated": counters.rowsDeduplicated(),
            "prompt_tokens": counters.promptTokens(),
            "cached_prompt_tokens": counters.cachedPromptTokens(),
            "completion_tokens": counters.completionTokens(),
        }
        return {**counts, "failures": dict(counters.failures())}


# Spark finds the Java class of a Python one, and the other way round, by the name of its module.
TextGenerator.__module__ = _JAVA_PACKAGE
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]
