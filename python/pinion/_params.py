"""The parameters of TextGenerator. Written by PythonParamsTest from the tables of settings: do not edit."""

from __future__ import annotations

from typing import Any, ClassVar

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.wrapper import JavaTransformer
from typing_extensions import Self, TypedDict


class Options(TypedDict, total=False):
    """Parameters by name; None stands for the default."""

    inputCol: str | None
    idCol: str | None
    outputCol: str | None
    outputPrefix: str | None
    outputStruct: str | None
    include: list[str] | None
    modelUrl: str | None
    revision: str | None
    dtype: str | None
    device: str | None
    maxModelLength: int | None
    threads: int | None
    messagesCol: str | None
    promptTemplate: str | None
    system: str | None
    allowSpecialTokens: bool | None
    guide: str | dict[str, Any] | None
    guideCol: str | None
    guideKind: str | None
    outputType: str | None
    propertyOrder: str | None
    whiteSpace: int | None
    closeAtMaxTokens: bool | None
    parsedCol: str | None
    samplingCols: list[str] | None
    onError: str | None
    batchSize: int | None
    lookAhead: int | None
    plain: bool | None
    speculate: bool | None
    deduplicate: bool | None
    temperature: float | None
    topP: float | None
    topK: int | None
    minP: float | None
    repetitionPenalty: float | None
    presencePenalty: float | None
    frequencyPenalty: float | None
    maxTokens: int | None
    minTokens: int | None
    stop: list[str] | None
    stopTokenIds: list[int] | None
    seed: int | None
    n: int | None
    beamWidth: int | None
    ignoreEos: bool | None


class TextGeneratorParams(JavaTransformer):
    """The parameters, with a getter and a setter for each."""

    LISTS: ClassVar[frozenset[str]] = frozenset(("include", "samplingCols", "stop", "stopTokenIds"))
    DEFAULTS: ClassVar[dict[str, Any]] = {
        "outputCol": "generated_text",
        "outputPrefix": "",
        "outputStruct": "",
        "include": [],
        "revision": "",
        "dtype": "auto",
        "device": "auto",
        "maxModelLength": 0,
        "threads": 0,
        "allowSpecialTokens": False,
        "propertyOrder": "schema",
        "whiteSpace": 0,
        "closeAtMaxTokens": True,
        "parsedCol": "parsed",
        "samplingCols": [],
        "onError": "keep",
        "batchSize": 64,
        "lookAhead": 4,
        "plain": False,
        "speculate": True,
        "deduplicate": False,
        "temperature": 0.0,
        "topP": 1.0,
        "topK": 0,
        "minP": 0.0,
        "repetitionPenalty": 1.0,
        "presencePenalty": 0.0,
        "frequencyPenalty": 0.0,
        "maxTokens": 256,
        "minTokens": 0,
        "stop": [],
        "stopTokenIds": [],
        "seed": 0,
        "n": 1,
        "beamWidth": 0,
        "ignoreEos": False,
    }

    inputCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "inputCol",
        "column with the prompt's text; or set messagesCol or promptTemplate",
        TypeConverters.toString,
    )
    idCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "idCol",
        "column that identifies a row in every run; with the seed it determines the random numbers",
        TypeConverters.toString,
    )
    outputCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "outputCol",
        "output column for the generated text",
        TypeConverters.toString,
    )
    outputPrefix: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "outputPrefix",
        "text before the name of every generated column",
        TypeConverters.toString,
    )
    outputStruct: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "outputStruct",
        "name of one column of structs for all generated columns",
        TypeConverters.toString,
    )
    include: Param[list[str]] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "include",
        "further output columns: token_ids, logprobs",
        TypeConverters.toListString,
    )
    modelUrl: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "modelUrl",
        "GGUF file or directory in Hugging Face's layout, readable on every executor",
        TypeConverters.toString,
    )
    revision: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "revision",
        "version of a model on a hub",
        TypeConverters.toString,
    )
    dtype: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "dtype",
        "type of the weights on the device: auto, f32, bf16, f16 or int8",
        TypeConverters.toString,
    )
    device: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "device",
        "auto (what Spark's scheduler assigned, else the CPU), cpu, or gpu (refuse without one)",
        TypeConverters.toString,
    )
    maxModelLength: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "maxModelLength",
        "longest prompt and completion together, in tokens; 0 for the model's own",
        TypeConverters.toInt,
    )
    threads: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "threads",
        "how many threads a forward pass on the CPU may use; 0 for the executor's cores",
        TypeConverters.toInt,
    )
    messagesCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "messagesCol",
        "column with the conversation: array<struct<role:string,content:string>>",
        TypeConverters.toString,
    )
    promptTemplate: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "promptTemplate",
        "the prompt's text with {{ column }} placeholders",
        TypeConverters.toString,
    )
    system: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "system",
        "system message put before the prompt's text",
        TypeConverters.toString,
    )
    allowSpecialTokens: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "allowSpecialTokens",
        "let control tokens such as <|im_end|> in columns be themselves; by default they are text",
        TypeConverters.toBoolean,
    )
    guide: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "guide",
        "guide that constrains every text, as JSON with one of the keys choice, regex, json_schema, json_object, grammar, type",
        TypeConverters.toString,
    )
    guideCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "guideCol",
        "column with a row's own guide; for null the one in guide applies, if any",
        TypeConverters.toString,
    )
    guideKind: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "guideKind",
        "kind of the guides in guideCol, one of guide's keys; unset if each is JSON as in guide",
        TypeConverters.toString,
    )
    outputType: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "outputType",
        "type of a struct that every text becomes, as columns in CREATE TABLE or as Spark's JSON",
        TypeConverters.toString,
    )
    propertyOrder: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "propertyOrder",
        "order of a JSON object's members: schema (as its properties are written) or any",
        TypeConverters.toString,
    )
    whiteSpace: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "whiteSpace",
        "how many white space characters are allowed between two JSON tokens; 0 is compact",
        TypeConverters.toInt,
    )
    closeAtMaxTokens: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "closeAtMaxTokens",
        "close guided text in time for it to be complete within max-tokens",
        TypeConverters.toBoolean,
    )
    parsedCol: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "parsedCol",
        "output column for the parsed JSON as a struct, if guide is a json_schema; empty for none",
        TypeConverters.toString,
    )
    samplingCols: Param[list[str]] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "samplingCols",
        "sampling parameters taken from a column by row, each as name=column (max-tokens=limit)",
        TypeConverters.toListString,
    )
    onError: Param[str] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "onError",
        "keep (a failed row has its error in column error) or fail (it fails the job)",
        TypeConverters.toString,
    )
    batchSize: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "batchSize",
        "how many sequences a device generates at once (KV cache slots); unless set, 256 on a GPU",
        TypeConverters.toInt,
    )
    lookAhead: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "lookAhead",
        "how many batches of rows a task reads ahead",
        TypeConverters.toInt,
    )
    plain: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "plain",
        "generate one token per row and step, without optimizations; for comparison",
        TypeConverters.toBoolean,
    )
    speculate: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "speculate",
        "draft tokens in steps with few sequences (speculative decoding); the output is the same",
        TypeConverters.toBoolean,
    )
    deduplicate: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "deduplicate",
        "compute equal requests of a task once; random numbers then depend on the request, not on the row's id",
        TypeConverters.toBoolean,
    )
    temperature: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "temperature",
        "0 is greedy; otherwise logits are divided by it",
        TypeConverters.toFloat,
    )
    topP: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "topP",
        "keep the fewest tokens whose probabilities sum to this; 1 keeps all",
        TypeConverters.toFloat,
    )
    topK: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "topK",
        "keep this many of the likeliest tokens; 0 keeps all",
        TypeConverters.toInt,
    )
    minP: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "minP",
        "keep tokens at least this share as likely as the likeliest; 0 keeps all",
        TypeConverters.toFloat,
    )
    repetitionPenalty: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "repetitionPenalty",
        "divides (or, below zero, multiplies) the logits of tokens in prompt or completion; 1 is off",
        TypeConverters.toFloat,
    )
    presencePenalty: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "presencePenalty",
        "subtracted once from the logits of tokens in the completion",
        TypeConverters.toFloat,
    )
    frequencyPenalty: Param[float] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "frequencyPenalty",
        "subtracted from a token's logit for each time that it is in the completion",
        TypeConverters.toFloat,
    )
    maxTokens: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "maxTokens",
        "the most tokens of a completion",
        TypeConverters.toInt,
    )
    minTokens: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "minTokens",
        "no end-of-text and no stop before this many tokens",
        TypeConverters.toInt,
    )
    stop: Param[list[str]] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "stop",
        "texts that end a completion and are cut off",
        TypeConverters.toListString,
    )
    stopTokenIds: Param[list[int]] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "stopTokenIds",
        "tokens that end a completion",
        TypeConverters.toListInt,
    )
    seed: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "seed",
        "with the row's id, the source of its random numbers",
        TypeConverters.toInt,
    )
    n: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "n",
        "how many completions; more than 1 makes the output columns arrays",
        TypeConverters.toInt,
    )
    beamWidth: Param[int] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "beamWidth",
        "0 samples; otherwise beam search with this many beams, of which the best n are kept",
        TypeConverters.toInt,
    )
    ignoreEos: Param[bool] = Param(
        Params._dummy(),  # type: ignore[assignment]
        "ignoreEos",
        "continue past end-of-text tokens",
        TypeConverters.toBoolean,
    )

    def _give(self, name: str, value: Any) -> Self:
        raise NotImplementedError

    def getInputCol(self) -> str | None:
        """The value of ``inputCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.inputCol) if self.isDefined(self.inputCol) else None

    def setInputCol(self, value: str | None) -> Self:
        """Sets the column with the prompt's text; or set messagesCol or promptTemplate.

        A string.
        """
        return self._give("inputCol", value)

    def getIdCol(self) -> str | None:
        """The value of ``idCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.idCol) if self.isDefined(self.idCol) else None

    def setIdCol(self, value: str | None) -> Self:
        """Sets the column that identifies a row in every run; with the seed it determines the random numbers.

        A string.
        """
        return self._give("idCol", value)

    def getOutputCol(self) -> str | None:
        """The value of ``outputCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.outputCol) if self.isDefined(self.outputCol) else None

    def setOutputCol(self, value: str | None) -> Self:
        """Sets the output column for the generated text.

        A string.
        """
        return self._give("outputCol", value)

    def getOutputPrefix(self) -> str | None:
        """The value of ``outputPrefix``, or its default; None if there is neither."""
        return self.getOrDefault(self.outputPrefix) if self.isDefined(self.outputPrefix) else None

    def setOutputPrefix(self, value: str | None) -> Self:
        """Sets the text before the name of every generated column.

        A string.
        """
        return self._give("outputPrefix", value)

    def getOutputStruct(self) -> str | None:
        """The value of ``outputStruct``, or its default; None if there is neither."""
        return self.getOrDefault(self.outputStruct) if self.isDefined(self.outputStruct) else None

    def setOutputStruct(self, value: str | None) -> Self:
        """Sets the name of one column of structs for all generated columns.

        A string.
        """
        return self._give("outputStruct", value)

    def getInclude(self) -> list[str] | None:
        """The value of ``include``, or its default; None if there is neither."""
        return self.getOrDefault(self.include) if self.isDefined(self.include) else None

    def setInclude(self, value: list[str] | None) -> Self:
        """Sets the further output columns: token_ids, logprobs.

        A list with any of token_ids, logprobs.
        """
        return self._give("include", value)

    def getModelUrl(self) -> str | None:
        """The value of ``modelUrl``, or its default; None if there is neither."""
        return self.getOrDefault(self.modelUrl) if self.isDefined(self.modelUrl) else None

    def setModelUrl(self, value: str | None) -> Self:
        """Sets the GGUF file or directory in Hugging Face's layout, readable on every executor.

        A string that is not empty.
        """
        return self._give("modelUrl", value)

    def getRevision(self) -> str | None:
        """The value of ``revision``, or its default; None if there is neither."""
        return self.getOrDefault(self.revision) if self.isDefined(self.revision) else None

    def setRevision(self, value: str | None) -> Self:
        """Sets the version of a model on a hub.

        A string.
        """
        return self._give("revision", value)

    def getDtype(self) -> str | None:
        """The value of ``dtype``, or its default; None if there is neither."""
        return self.getOrDefault(self.dtype) if self.isDefined(self.dtype) else None

    def setDtype(self, value: str | None) -> Self:
        """Sets the type of the weights on the device: auto, f32, bf16, f16 or int8.

        One of auto, f32, bf16, f16, int8.
        """
        return self._give("dtype", value)

    def getDevice(self) -> str | None:
        """The value of ``device``, or its default; None if there is neither."""
        return self.getOrDefault(self.device) if self.isDefined(self.device) else None

    def setDevice(self, value: str | None) -> Self:
        """Sets the auto (what Spark's scheduler assigned, else the CPU), cpu, or gpu (refuse without one).

        One of auto, cpu, gpu.
        """
        return self._give("device", value)

    def getMaxModelLength(self) -> int | None:
        """The value of ``maxModelLength``, or its default; None if there is neither."""
        return self.getOrDefault(self.maxModelLength) if self.isDefined(self.maxModelLength) else None

    def setMaxModelLength(self, value: int | None) -> Self:
        """Sets the longest prompt and completion together, in tokens; 0 for the model's own.

        An integer, 0 or more.
        """
        return self._give("maxModelLength", value)

    def getThreads(self) -> int | None:
        """The value of ``threads``, or its default; None if there is neither."""
        return self.getOrDefault(self.threads) if self.isDefined(self.threads) else None

    def setThreads(self, value: int | None) -> Self:
        """Sets the how many threads a forward pass on the CPU may use; 0 for the executor's cores.

        An integer from 0 to 1024.
        """
        return self._give("threads", value)

    def getMessagesCol(self) -> str | None:
        """The value of ``messagesCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.messagesCol) if self.isDefined(self.messagesCol) else None

    def setMessagesCol(self, value: str | None) -> Self:
        """Sets the column with the conversation: array<struct<role:string,content:string>>.

        A string.
        """
        return self._give("messagesCol", value)

    def getPromptTemplate(self) -> str | None:
        """The value of ``promptTemplate``, or its default; None if there is neither."""
        return self.getOrDefault(self.promptTemplate) if self.isDefined(self.promptTemplate) else None

    def setPromptTemplate(self, value: str | None) -> Self:
        """Sets the the prompt's text with {{ column }} placeholders.

        A string.
        """
        return self._give("promptTemplate", value)

    def getSystem(self) -> str | None:
        """The value of ``system``, or its default; None if there is neither."""
        return self.getOrDefault(self.system) if self.isDefined(self.system) else None

    def setSystem(self, value: str | None) -> Self:
        """Sets the system message put before the prompt's text.

        A string.
        """
        return self._give("system", value)

    def getAllowSpecialTokens(self) -> bool | None:
        """The value of ``allowSpecialTokens``, or its default; None if there is neither."""
        return self.getOrDefault(self.allowSpecialTokens) if self.isDefined(self.allowSpecialTokens) else None

    def setAllowSpecialTokens(self, value: bool | None) -> Self:
        """Sets the let control tokens such as <|im_end|> in columns be themselves; by default they are text.

        True or false.
        """
        return self._give("allowSpecialTokens", value)

    def getGuide(self) -> str | None:
        """The value of ``guide``, or its default; None if there is neither."""
        return self.getOrDefault(self.guide) if self.isDefined(self.guide) else None

    def setGuide(self, value: str | dict[str, Any] | None) -> Self:
        """Sets the guide that constrains every text, as JSON with one of the keys choice, regex, json_schema, json_object, grammar, type.

        A string.
        """
        return self._give("guide", value)

    def getGuideCol(self) -> str | None:
        """The value of ``guideCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.guideCol) if self.isDefined(self.guideCol) else None

    def setGuideCol(self, value: str | None) -> Self:
        """Sets the column with a row's own guide; for null the one in guide applies, if any.

        A string.
        """
        return self._give("guideCol", value)

    def getGuideKind(self) -> str | None:
        """The value of ``guideKind``, or its default; None if there is neither."""
        return self.getOrDefault(self.guideKind) if self.isDefined(self.guideKind) else None

    def setGuideKind(self, value: str | None) -> Self:
        """Sets the kind of the guides in guideCol, one of guide's keys; unset if each is JSON as in guide.

        One of choice, regex, json_schema, json_object, grammar, type.
        """
        return self._give("guideKind", value)

    def getOutputType(self) -> str | None:
        """The value of ``outputType``, or its default; None if there is neither."""
        return self.getOrDefault(self.outputType) if self.isDefined(self.outputType) else None

    def setOutputType(self, value: str | None) -> Self:
        """Sets the type of a struct that every text becomes, as columns in CREATE TABLE or as Spark's JSON.

        A string that is not empty.
        """
        return self._give("outputType", value)

    def getPropertyOrder(self) -> str | None:
        """The value of ``propertyOrder``, or its default; None if there is neither."""
        return self.getOrDefault(self.propertyOrder) if self.isDefined(self.propertyOrder) else None

    def setPropertyOrder(self, value: str | None) -> Self:
        """Sets the order of a JSON object's members: schema (as its properties are written) or any.

        One of schema, any.
        """
        return self._give("propertyOrder", value)

    def getWhiteSpace(self) -> int | None:
        """The value of ``whiteSpace``, or its default; None if there is neither."""
        return self.getOrDefault(self.whiteSpace) if self.isDefined(self.whiteSpace) else None

    def setWhiteSpace(self, value: int | None) -> Self:
        """Sets the how many white space characters are allowed between two JSON tokens; 0 is compact.

        An integer from 0 to 100.
        """
        return self._give("whiteSpace", value)

    def getCloseAtMaxTokens(self) -> bool | None:
        """The value of ``closeAtMaxTokens``, or its default; None if there is neither."""
        return self.getOrDefault(self.closeAtMaxTokens) if self.isDefined(self.closeAtMaxTokens) else None

    def setCloseAtMaxTokens(self, value: bool | None) -> Self:
        """Sets the close guided text in time for it to be complete within max-tokens.

        True or false.
        """
        return self._give("closeAtMaxTokens", value)

    def getParsedCol(self) -> str | None:
        """The value of ``parsedCol``, or its default; None if there is neither."""
        return self.getOrDefault(self.parsedCol) if self.isDefined(self.parsedCol) else None

    def setParsedCol(self, value: str | None) -> Self:
        """Sets the output column for the parsed JSON as a struct, if guide is a json_schema; empty for none.

        A string.
        """
        return self._give("parsedCol", value)

    def getSamplingCols(self) -> list[str] | None:
        """The value of ``samplingCols``, or its default; None if there is neither."""
        return self.getOrDefault(self.samplingCols) if self.isDefined(self.samplingCols) else None

    def setSamplingCols(self, value: list[str] | None) -> Self:
        """Sets the sampling parameters taken from a column by row, each as name=column (max-tokens=limit).

        A list of NAME=COLUMN with a NAME of temperature, top-p, top-k, min-p, repetition-penalty, presence-penalty, frequency-penalty, max-tokens, min-tokens, stop, stop-token-ids, seed, ignore-eos.
        """
        return self._give("samplingCols", value)

    def getOnError(self) -> str | None:
        """The value of ``onError``, or its default; None if there is neither."""
        return self.getOrDefault(self.onError) if self.isDefined(self.onError) else None

    def setOnError(self, value: str | None) -> Self:
        """Sets the keep (a failed row has its error in column error) or fail (it fails the job).

        One of keep, fail.
        """
        return self._give("onError", value)

    def getBatchSize(self) -> int | None:
        """The value of ``batchSize``, or its default; None if there is neither."""
        return self.getOrDefault(self.batchSize) if self.isDefined(self.batchSize) else None

    def setBatchSize(self, value: int | None) -> Self:
        """Sets the how many sequences a device generates at once (KV cache slots); unless set, 256 on a GPU.

        An integer from 1 to 65536.
        """
        return self._give("batchSize", value)

    def getLookAhead(self) -> int | None:
        """The value of ``lookAhead``, or its default; None if there is neither."""
        return self.getOrDefault(self.lookAhead) if self.isDefined(self.lookAhead) else None

    def setLookAhead(self, value: int | None) -> Self:
        """Sets the how many batches of rows a task reads ahead.

        An integer from 1 to 1024.
        """
        return self._give("lookAhead", value)

    def getPlain(self) -> bool | None:
        """The value of ``plain``, or its default; None if there is neither."""
        return self.getOrDefault(self.plain) if self.isDefined(self.plain) else None

    def setPlain(self, value: bool | None) -> Self:
        """Sets the generate one token per row and step, without optimizations; for comparison.

        True or false.
        """
        return self._give("plain", value)

    def getSpeculate(self) -> bool | None:
        """The value of ``speculate``, or its default; None if there is neither."""
        return self.getOrDefault(self.speculate) if self.isDefined(self.speculate) else None

    def setSpeculate(self, value: bool | None) -> Self:
        """Sets the draft tokens in steps with few sequences (speculative decoding); the output is the same.

        True or false.
        """
        return self._give("speculate", value)

    def getDeduplicate(self) -> bool | None:
        """The value of ``deduplicate``, or its default; None if there is neither."""
        return self.getOrDefault(self.deduplicate) if self.isDefined(self.deduplicate) else None

    def setDeduplicate(self, value: bool | None) -> Self:
        """Sets the compute equal requests of a task once; random numbers then depend on the request, not on the row's id.

        True or false.
        """
        return self._give("deduplicate", value)

    def getTemperature(self) -> float | None:
        """The value of ``temperature``, or its default; None if there is neither."""
        return self.getOrDefault(self.temperature) if self.isDefined(self.temperature) else None

    def setTemperature(self, value: float | None) -> Self:
        """Sets the 0 is greedy; otherwise logits are divided by it.

        A number from 0 to 100.
        """
        return self._give("temperature", value)

    def getTopP(self) -> float | None:
        """The value of ``topP``, or its default; None if there is neither."""
        return self.getOrDefault(self.topP) if self.isDefined(self.topP) else None

    def setTopP(self, value: float | None) -> Self:
        """Sets the keep the fewest tokens whose probabilities sum to this; 1 keeps all.

        A number above 0 and at most 1.
        """
        return self._give("topP", value)

    def getTopK(self) -> int | None:
        """The value of ``topK``, or its default; None if there is neither."""
        return self.getOrDefault(self.topK) if self.isDefined(self.topK) else None

    def setTopK(self, value: int | None) -> Self:
        """Sets the keep this many of the likeliest tokens; 0 keeps all.

        An integer, 0 or more.
        """
        return self._give("topK", value)

    def getMinP(self) -> float | None:
        """The value of ``minP``, or its default; None if there is neither."""
        return self.getOrDefault(self.minP) if self.isDefined(self.minP) else None

    def setMinP(self, value: float | None) -> Self:
        """Sets the keep tokens at least this share as likely as the likeliest; 0 keeps all.

        A number from 0 to 1.
        """
        return self._give("minP", value)

    def getRepetitionPenalty(self) -> float | None:
        """The value of ``repetitionPenalty``, or its default; None if there is neither."""
        return self.getOrDefault(self.repetitionPenalty) if self.isDefined(self.repetitionPenalty) else None

    def setRepetitionPenalty(self, value: float | None) -> Self:
        """Sets the divides (or, below zero, multiplies) the logits of tokens in prompt or completion; 1 is off.

        A number from 0.01 to 100.
        """
        return self._give("repetitionPenalty", value)

    def getPresencePenalty(self) -> float | None:
        """The value of ``presencePenalty``, or its default; None if there is neither."""
        return self.getOrDefault(self.presencePenalty) if self.isDefined(self.presencePenalty) else None

    def setPresencePenalty(self, value: float | None) -> Self:
        """Sets the subtracted once from the logits of tokens in the completion.

        A number from -2 to 2.
        """
        return self._give("presencePenalty", value)

    def getFrequencyPenalty(self) -> float | None:
        """The value of ``frequencyPenalty``, or its default; None if there is neither."""
        return self.getOrDefault(self.frequencyPenalty) if self.isDefined(self.frequencyPenalty) else None

    def setFrequencyPenalty(self, value: float | None) -> Self:
        """Sets the subtracted from a token's logit for each time that it is in the completion.

        A number from -2 to 2.
        """
        return self._give("frequencyPenalty", value)

    def getMaxTokens(self) -> int | None:
        """The value of ``maxTokens``, or its default; None if there is neither."""
        return self.getOrDefault(self.maxTokens) if self.isDefined(self.maxTokens) else None

    def setMaxTokens(self, value: int | None) -> Self:
        """Sets the the most tokens of a completion.

        An integer, 1 or more.
        """
        return self._give("maxTokens", value)

    def getMinTokens(self) -> int | None:
        """The value of ``minTokens``, or its default; None if there is neither."""
        return self.getOrDefault(self.minTokens) if self.isDefined(self.minTokens) else None

    def setMinTokens(self, value: int | None) -> Self:
        """Sets the no end-of-text and no stop before this many tokens.

        An integer, 0 or more.
        """
        return self._give("minTokens", value)

    def getStop(self) -> list[str] | None:
        """The value of ``stop``, or its default; None if there is neither."""
        return self.getOrDefault(self.stop) if self.isDefined(self.stop) else None

    def setStop(self, value: list[str] | None) -> Self:
        """Sets the texts that end a completion and are cut off.

        A list of non-empty strings.
        """
        return self._give("stop", value)

    def getStopTokenIds(self) -> list[int] | None:
        """The value of ``stopTokenIds``, or its default; None if there is neither."""
        return self.getOrDefault(self.stopTokenIds) if self.isDefined(self.stopTokenIds) else None

    def setStopTokenIds(self, value: list[int] | None) -> Self:
        """Sets the tokens that end a completion.

        A list of integers, 0 or more.
        """
        return self._give("stopTokenIds", value)

    def getSeed(self) -> int | None:
        """The value of ``seed``, or its default; None if there is neither."""
        return self.getOrDefault(self.seed) if self.isDefined(self.seed) else None

    def setSeed(self, value: int | None) -> Self:
        """Sets the with the row's id, the source of its random numbers.

        An integer of at most 64 bits.
        """
        return self._give("seed", value)

    def getN(self) -> int | None:
        """The value of ``n``, or its default; None if there is neither."""
        return self.getOrDefault(self.n) if self.isDefined(self.n) else None

    def setN(self, value: int | None) -> Self:
        """Sets the how many completions; more than 1 makes the output columns arrays.

        An integer from 1 to 1024.
        """
        return self._give("n", value)

    def getBeamWidth(self) -> int | None:
        """The value of ``beamWidth``, or its default; None if there is neither."""
        return self.getOrDefault(self.beamWidth) if self.isDefined(self.beamWidth) else None

    def setBeamWidth(self, value: int | None) -> Self:
        """Sets the 0 samples; otherwise beam search with this many beams, of which the best n are kept.

        An integer from 0 to 1024.
        """
        return self._give("beamWidth", value)

    def getIgnoreEos(self) -> bool | None:
        """The value of ``ignoreEos``, or its default; None if there is neither."""
        return self.getOrDefault(self.ignoreEos) if self.isDefined(self.ignoreEos) else None

    def setIgnoreEos(self, value: bool | None) -> Self:
        """Sets the continue past end-of-text tokens.

        True or false.
        """
        return self._give("ignoreEos", value)
