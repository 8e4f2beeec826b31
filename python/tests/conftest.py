"""The session that a run of the tests goes through, chosen by PINION_DOOR:

- ``classic`` (the default): a session of its own on this machine's cores;
- ``connect``: Spark Connect, with a server that was started with the jar;
- ``artifact``: Spark Connect, where the session alone adds the jar.

For the last two SPARK_HOME names a complete Spark, of which the server is. The model is that of PINION_TEST_MODEL.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pinion
import pytest
from pyspark.sql import DataFrame, SparkSession

DOOR = os.environ.get("PINION_DOOR", "classic")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    submit = Path(os.environ["SPARK_HOME"]) / "bin" / "spark-submit"
    jars = ["--jars", pinion.jar()] if DOOR == "connect" else []
    conf = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.sql.artifact.isolation.enabled": "true",
    }
    options = [each for key, value in conf.items() for each in ("--conf", f"{key}={value}")]
    service = "org.apache.spark.sql.connect.service.SparkConnectServer"
    command = [str(submit), "--master", "local[2]", *options, *jars, "--class", service, "spark-internal"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    environment.pop("SPARK_REMOTE", None)
    environment.pop("SPARK_CONNECT_MODE_ENABLED", None)
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)


def _await(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the Connect server did not start:\n{log.read_text()[-5000:]}")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    folder = tmp_path_factory.mktemp("spark")
    if DOOR == "classic":
        spark = pinion.session(
            spark__master="local[2]",
            spark__ui__enabled="false",
            spark__driver__host="127.0.0.1",
            spark__driver__bindAddress="127.0.0.1",
            spark__sql__warehouse__dir=str(folder / "warehouse"),
        )
        yield spark
        spark.stop()
        return
    port = _free_port()
    server = _server(folder, port)
    try:
        _await(server, port, folder / "server.log")
        spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        pinion.attach(spark)
        yield spark
        spark.stop()
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="session")
def model() -> str:
    return os.environ.get("PINION_TEST_MODEL") or pinion.small_model()


@pytest.fixture
def mails(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(
        [
            ("m1", "Luca here. The laptop of order 49026 has a cracked screen."),
            ("m2", "Grace here. The book of order 46812 is wonderful!"),
            ("m3", "My name is Lena, and the mirror of order 57301 came broken."),
        ],
        ["id", "body"],
    )
