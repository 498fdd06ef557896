"""Runs etl1 in a Spark session that is there already, as a notebook has one, or a job of Databricks:

    import sys
    sys.path.insert(0, "/opt/etl1/dist/spark")
    from in_session import run_etl1

    run_etl1(spark, "--payer", "aetna", "--config", "/opt/etl1/config/spark.yaml")

etl1 is a process of its own. What it starts instead of spark-submit (`stand_in.py`) asks here for a session, over a socket.
"""

import argparse
import contextlib
import json
import os
import shlex
import socketserver
import subprocess
import sys
import tempfile
import threading
import uuid

from driver import Channel, message_of, serve
from pyspark.errors import AnalysisException

HERE = os.path.dirname(os.path.abspath(__file__))
CANCEL_SECONDS = 0.5
COMMAND = os.path.join(HERE, "..", "..", "bin", "etl1.js")


def run_etl1(spark, *arguments, node="node"):
    """Runs the command with these arguments, prints what it says, and gives its exit code. `node` is the program that runs it."""
    with tempfile.TemporaryDirectory(prefix="etl1-session-") as folder, hosting(folder, spark) as host:
        command = subprocess.Popen(
            [node, COMMAND, *arguments],
            env={**os.environ, "ETL1_ENGINE": "spark", "ETL1_SPARK_SUBMIT": write_submit(folder, host)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        try:
            for line in command.stdout:
                print(line, end="", flush=True)
            return command.wait()
        except BaseException:
            # a cell of a notebook was interrupted
            command.terminate()
            for _ in command.stdout:
                # nobody hears it, but whoever says it would wait
                pass
            command.wait()
            raise


@contextlib.contextmanager
def hosting(folder, spark):
    with Host(os.path.join(folder, "host.sock"), spark) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        try:
            yield host
        finally:
            host.shutdown()


def write_submit(folder, host):
    path = os.path.join(folder, "spark-submit")
    words = [sys.executable, os.path.join(HERE, "stand_in.py"), host.server_address]
    with open(path, "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    os.chmod(path, 0o700)
    return path


class Host(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Who asks for a session gets one for as long as it is connected; there may be several at a time."""

    def __init__(self, path, spark):
        super().__init__(path, Submission)
        self.spark = spark


class Submission(socketserver.StreamRequestHandler):
    """A line of the arguments that spark-submit gets. What is said to it is why there is no session."""

    def handle(self):
        try:
            asked = submitted.parse_args(json.loads(self.rfile.readline()))
            session = session_beside(self.server.spark, asked.master, asked.conf)
            serve_beside(session, asked.path)
        except Exception as error:
            self.wfile.write(message_of(error).encode("utf-8"))


submitted = argparse.ArgumentParser(exit_on_error=False)
submitted.add_argument("--name")
submitted.add_argument("--master")
submitted.add_argument("--conf", action="append", default=[], type=lambda setting: tuple(setting.split("=", 1)))
submitted.add_argument("driver")
submitted.add_argument("path")


def session_beside(spark, master, conf):
    """A session of the same application that begins with its settings, and has views and settings of its own."""
    context = spark.sparkContext
    if master not in (None, context.master):
        raise ValueError(f"spark_master is {master}, but this session is one of {context.master}: leave it out")
    session = spark.newSession()
    for name, value in spark.conf.getAll.items():
        if session.conf.get(name, None) != value:
            # what no session can be told is the same in both
            with contextlib.suppress(AnalysisException):
                session.conf.set(name, value)
    for name, value in conf:
        if session.conf.get(name, None) == value:
            continue
        if name.startswith("spark.") and not name.startswith("spark.sql."):
            raise ValueError(f"spark_conf: {name} is for an application that is to be started: set it where this one is")
        session.conf.set(name, value)
    return session


def serve_beside(session, path):
    """Answers what etl1 asks over its socket. Its jobs end with it, and no others."""
    context, tag = session.sparkContext, f"etl1-{uuid.uuid4().hex}"
    channel = PassingChannel(path)
    workers = serve(session, channel, lambda: context.addJobTag(tag))
    ending = threading.Thread(target=lambda: workers.shutdown(cancel_futures=True))
    ending.start()
    while ending.is_alive():
        # a statement that is still planned has no job yet
        context.cancelJobsWithTag(tag)
        ending.join(CANCEL_SECONDS)
    channel.send({"stopped": True})


class PassingChannel(Channel):
    """One whose end ends nothing else."""

    def end(self):
        self.requests.put({"stop": True})

    def send(self, message):
        # that nobody is there is heard by whoever listens
        with contextlib.suppress(OSError):
            super().send(message)
