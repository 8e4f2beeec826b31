"""Structured LLM batch inference for Apache Spark.

Pinion runs a language model over the rows of a table and returns typed columns. The model runs inside the Spark
executors, in Java; no Python process runs there.

>>> import pinion
>>> from pydantic import BaseModel
>>> class Ticket(BaseModel):
...     customer: str
...     urgent: bool
>>> spark = pinion.session()
>>> mails = spark.createDataFrame([("m1", "Luca here. My laptop is on fire!")], ["id", "body"])
>>> generator = pinion.TextGenerator(
...     model=pinion.small_model(), prompt="Extract the ticket: {{ body }}", output=Ticket, maxTokens=64)
>>> rows = generator.transform(mails).select("id", "parsed.*")
>>> rows.columns
['id', 'customer', 'urgent']
"""

from importlib.metadata import version

from pinion._observe import observe
from pinion._session import SessionError, attach, configure, jar, session, small_model
from pinion._text_generator import TextGenerator

__all__ = ["SessionError", "TextGenerator", "attach", "configure", "jar", "observe", "session", "small_model"]
__version__ = version("pinion-spark")
