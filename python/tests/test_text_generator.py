from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pinion
import pytest
from conftest import DOOR
from pydantic import BaseModel, Field
from pyspark.errors import PySparkException
from pyspark.ml import Pipeline
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

PROMPT = "Write a record of this mail: {{ body }}"


class Mood(enum.Enum):
    happy = "happy"
    unhappy = "unhappy"


class Ticket(BaseModel):
    customer: str = Field(pattern="^[A-Z][a-z]{1,11}$")
    order: int = Field(ge=10000, le=99999)
    mood: Mood
    tags: list[Literal["broken", "late", "praise"]] = Field(max_length=2)


@dataclass
class Label:
    urgent: bool
    product: Literal["laptop", "book", "mirror"]


def generator(model: str, **options: Any) -> pinion.TextGenerator:
    return pinion.TextGenerator(model=model, **{"prompt": PROMPT, "maxTokens": 80, "idCol": "id", **options})


def test_a_pydantic_model_becomes_a_typed_column(model: str, mails: DataFrame) -> None:
    rows = generator(model, output=Ticket).transform(mails)
    assert rows.schema["parsed"].dataType == T.StructType.fromDDL(
        "customer STRING, `order` BIGINT, mood STRING, tags ARRAY<STRING>"
    )
    records = rows.orderBy("id").collect()
    assert [record.error for record in records] == [None] * 3
    for record in records:
        ticket = Ticket.model_validate_json(record.generated_text)
        assert ticket.mood.value == record.parsed.mood
        assert ticket.order == record.parsed.order


def test_a_dataclass_becomes_a_typed_column(model: str, mails: DataFrame) -> None:
    rows = generator(model, output=Label).transform(mails).select("parsed.*")
    assert rows.schema == T.StructType.fromDDL("urgent BOOLEAN, product STRING")
    assert {row.product for row in rows.collect()} <= {"laptop", "book", "mirror"}


@pytest.mark.parametrize("as_ddl", [True, False])
def test_spark_types_come_back_as_they_were_given(model: str, mails: DataFrame, as_ddl: bool) -> None:
    ddl = "customer VARCHAR(12) NOT NULL, urgency TINYINT NOT NULL, total DECIMAL(7,2), due DATE NOT NULL"
    output = ddl if as_ddl else T.StructType.fromDDL(ddl)
    rows = generator(model, output=output).transform(mails)
    assert rows.schema["parsed"].dataType == T.StructType.fromDDL(ddl.replace("VARCHAR(12)", "STRING"))
    for row in rows.select("parsed.*").collect():
        assert len(row.customer) <= 12
        assert -128 <= row.urgency <= 127
        assert row.due is not None


def test_a_list_is_what_to_choose_from(model: str, mails: DataFrame) -> None:
    rows = generator(model, output=["happy", "unhappy"]).transform(mails)
    assert {row.generated_text for row in rows.collect()} <= {"happy", "unhappy"}


def test_parameters_are_taken_as_python_has_them(model: str, mails: DataFrame) -> None:
    made = generator(
        model,
        temperature=1,
        topP=None,
        stop=["\n", "."],
        stopTokenIds=[7],
        include=["token_ids", "logprobs"],
        samplingCols=["max-tokens=limit"],
        seed=2**40,
        maxTokens=8,
    )
    rows = made.transform(mails.withColumn("limit", F.lit(3))).collect()
    assert [row.error for row in rows] == [None] * 3
    assert all(len(row.token_ids) <= 3 and len(row.logprobs) == len(row.token_ids) for row in rows)
    assert made.getTemperature() == 1.0
    assert made.getStop() == ["\n", "."]
    assert made.getSeed() == 2**40
    assert made.getTopP() == 1.0
    assert made.getSystem() is None
    # What was set goes back to its default, also after it was used.
    made.setStop(None).setSamplingCols([]).setInclude("token_ids").setStopTokenIds([])
    again = made.transform(mails)
    assert made.getStop() == []
    assert "logprobs" not in again.columns
    assert all(len(row.token_ids) <= 8 for row in again.collect())


def test_every_parameter_can_be_listed_and_explained(spark: SparkSession) -> None:
    made = pinion.TextGenerator(model="m.gguf", inputCol="body")
    assert len(made.params) > 40
    assert "maxTokens: " in made.explainParams()
    for param in made.params:
        getattr(made, "get" + param.name[0].upper() + param.name[1:])()
    copy = made.copy({made.maxTokens: 3})
    assert (copy.getMaxTokens(), made.getMaxTokens()) == (3, 256)


def test_mistakes_are_said_in_one_sentence(model: str, mails: DataFrame) -> None:
    with pytest.raises(TypeError, match="there is no parameter temprature; there are model, prompt, output"):
        generator(model, temprature=1)
    with pytest.raises(TypeError, match="Could not convert"):
        generator(model, maxTokens="many")
    with pytest.raises(TypeError, match="output is <object object"):
        generator(model, output=object())
    with pytest.raises(TypeError, match="the texts to choose from"):
        generator(model, output=[])
    with pytest.raises(PySparkException, match="there is no column 'text'; there are id, body"):
        generator(model, prompt="{{ text }}").transform(mails).collect()
    with pytest.raises(PySparkException, match="is no type of a struct"):
        generator(model, output="customer STRIN").transform(mails).collect()
    with pytest.raises(PySparkException, match="topP must be a number above 0"):
        generator(model, topP=2).transform(mails).collect()


def test_a_pipeline_is_saved_and_loaded(model: str, mails: DataFrame, tmp_path: Path) -> None:
    made = generator(model, output=Label, stop=None, stopTokenIds=[5], temperature=0)
    expected = [row.generated_text for row in made.transform(mails).orderBy("id").collect()]
    made.write().overwrite().save(str(tmp_path / "generator"))
    loaded = pinion.TextGenerator.load(str(tmp_path / "generator"))
    assert loaded.uid == made.uid
    assert loaded.getStopTokenIds() == [5]
    assert loaded.getGuide() == made.getGuide()
    Pipeline(stages=[made]).write().overwrite().save(str(tmp_path / "pipeline"))
    (stage,) = Pipeline.load(str(tmp_path / "pipeline")).getStages()
    assert isinstance(stage, pinion.TextGenerator)
    fitted = Pipeline(stages=[stage]).fit(mails)
    fitted.write().overwrite().save(str(tmp_path / "fitted"))
    again = type(fitted).load(str(tmp_path / "fitted")).transform(mails)
    assert [row.generated_text for row in again.orderBy("id").collect()] == expected


def test_counts_reach_the_program(model: str, mails: DataFrame) -> None:
    bad = mails.withColumn("body", F.when(F.col("id") != "m2", F.col("body")))
    made = generator(model, output=["yes", "no"])
    rows, counts = pinion.observe(made.transform(bad))
    answers = rows.collect()
    got = counts.get
    assert (got["rows_ok"], got["rows_failed"]) == (2, 1)
    assert got["prompt_tokens"] == sum(row.prompt_tokens for row in answers)
    assert got["completion_tokens"] == sum(row.completion_tokens or 0 for row in answers)
    if DOOR == "classic":
        assert made.metrics()["rows_failed"] == 1
        assert list(made.metrics()["failures"].values()) == [1]
    else:
        with pytest.raises(pinion.SessionError, match=r"use pinion\.observe"):
            made.metrics()


def test_several_completions_are_counted_too(model: str, mails: DataFrame) -> None:
    rows, counts = pinion.observe(generator(model, n=2, temperature=1, maxTokens=4).transform(mails), "two")
    answers = rows.collect()
    assert all(len(row.generated_text) == 2 for row in answers)
    assert counts.get["completion_tokens"] == sum(sum(row.completion_tokens) for row in answers)


def test_generators_follow_each_other(model: str, mails: DataFrame) -> None:
    mood = generator(model, output=["happy", "unhappy"], outputPrefix="mood_")
    label = generator(model, output=Label, outputStruct="label", prompt="{{ mood_generated_text }}: {{ body }}")
    rows, moods = pinion.observe(mood.transform(mails), "moods", prefix="mood_")
    rows, labels = pinion.observe(label.transform(rows), "labels", struct="label")
    for row in rows.collect():
        assert row.mood_generated_text in ("happy", "unhappy")
        assert row.label.parsed.product in ("laptop", "book", "mirror")
    assert moods.get["rows_ok"] == labels.get["rows_ok"] == 3
