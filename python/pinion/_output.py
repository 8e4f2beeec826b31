"""What a text may be, from the types that Python programs have."""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql.types import StructType


def output_params(output: Any) -> dict[str, str]:
    """The parameters of a generator whose texts become values of ``output``.

    :raises TypeError: if it is nothing that a text can be constrained to
    """
    if isinstance(output, StructType):
        return {"outputType": output.json()}
    if isinstance(output, str):
        return {"outputType": output}
    if isinstance(output, (list, tuple)):
        if not output or not all(isinstance(each, str) for each in output):
            raise TypeError(f"output as a list has the texts to choose from, and not {output!r}")
        return {"guide": json.dumps({"choice": list(output)})}
    schema = output if isinstance(output, dict) else _schema(output)
    return {"guide": json.dumps({"json_schema": schema})}


def _schema(output: Any) -> dict[str, Any]:
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    try:
        return TypeAdapter(output).json_schema()
    except (PydanticSchemaGenerationError, PydanticUserError) as fault:
        raise TypeError(
            f"output is {output!r}, and may be a pydantic model, a dataclass or another type that pydantic knows, "
            "a StructType, columns such as 'customer STRING, urgency INT NOT NULL', a list of texts to choose from, "
            f"or a JSON Schema as a dict: {fault}"
        ) from fault
