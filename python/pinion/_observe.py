"""Counts of what was generated, for every kind of session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, Observation


def observe(
    rows: DataFrame, name: str = "pinion", *, prefix: str = "", struct: str = ""
) -> tuple[DataFrame, Observation]:
    """Counts generated rows while an action runs, also over Spark Connect.

    :param rows: what a :class:`TextGenerator` returned
    :param name: of the observation, for listeners of queries
    :param prefix: the generator's ``outputPrefix``, if it has one
    :param struct: the generator's ``outputStruct``, if it has one
    :return: the same rows, and an observation whose ``get`` waits for the first action over them and returns
        ``rows_ok``, ``rows_failed``, ``prompt_tokens`` and ``completion_tokens``

    >>> rows, counts = observe(generator.transform(mails))  # doctest: +SKIP
    >>> rows.write.parquet("answers")                       # doctest: +SKIP
    >>> counts.get                                          # doctest: +SKIP
    {'rows_ok': 24, 'rows_failed': 0, 'prompt_tokens': 4200, 'completion_tokens': 980}
    """
    from pyspark.sql import Observation
    from pyspark.sql import functions as F
    from pyspark.sql.types import ArrayType

    def column(of: str) -> Column:
        return F.col(f"`{struct}`.`{prefix}{of}`" if struct else f"`{prefix}{of}`")

    completion = column("completion_tokens")
    if isinstance(rows.select(completion).schema[0].dataType, ArrayType):
        completion = F.aggregate(completion, F.lit(0), lambda sum_, each: sum_ + each)
    observation = Observation(name)
    observed = rows.observe(
        observation,
        F.count(F.when(column("error").isNull(), 1)).alias("rows_ok"),
        F.count(column("error")).alias("rows_failed"),
        F.coalesce(F.sum(column("prompt_tokens")), F.lit(0)).alias("prompt_tokens"),
        F.coalesce(F.sum(completion), F.lit(0)).alias("completion_tokens"),
    )
    return observed, observation
