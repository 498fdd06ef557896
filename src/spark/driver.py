"""Runs the SQL that etl1 sends over a socket in a Spark session, and sends back what comes of it.

Each line is a JSON object. A request has an `id`, `sql`, and whether its `rows` are wanted; an answer has the `id` and
either `rows` or an `error`. How far the session's jobs are is told meanwhile. The socket is the life of the session: when
it closes, whoever asked is gone, and so is the session.
"""

import json
import os
import queue
import socket
import sys
import threading
import time

from pyspark.sql import SparkSession

PROGRESS_SECONDS = 0.5


class Channel:
    """Lines of JSON in both directions."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._lock = threading.Lock()
        self.requests = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with self._socket.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                self.requests.put(json.loads(line))
        # nobody is there to hear of anything
        os._exit(1)

    def send(self, message):
        line = json.dumps(message, default=str) + "\n"
        with self._lock:
            self._socket.sendall(line.encode("utf-8"))


def tell_progress(spark, channel):
    """Tells how many tasks of the running stages are done, whenever that has changed."""
    tracker = spark.sparkContext.statusTracker()
    told = None
    while True:
        time.sleep(PROGRESS_SECONDS)
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        known = [stage for stage in stages if stage is not None]
        now = (sum(stage.numCompletedTasks for stage in known), sum(stage.numTasks for stage in known))
        if now != told and now[1] > 0:
            told = now
            channel.send({"progress": {"done": now[0], "of": now[1]}})


def message_of(error):
    """What Spark says, without the traces of Python and Java around it."""
    describe = getattr(error, "getMessage", None)
    text = describe() if callable(describe) else str(error)
    return text or type(error).__name__


def answer(spark, request):
    try:
        frame = spark.sql(request["sql"])
        rows = [row.asDict(recursive=True) for row in frame.collect()] if request["rows"] else []
        return {"id": request["id"], "rows": rows}
    except Exception as error:  # whatever it is, it is told and the session lives on
        return {"id": request["id"], "error": message_of(error)}


def main():
    channel = Channel(sys.argv[1])
    spark = SparkSession.builder.getOrCreate()
    context = spark.sparkContext
    channel.send({"started": {"version": spark.version, "master": context.master, "application": context.applicationId}})
    threading.Thread(target=tell_progress, args=(spark, channel), daemon=True).start()
    while True:
        request = channel.requests.get()
        if request.get("stop"):
            spark.stop()
            channel.send({"stopped": True})
            os._exit(0)
        channel.send(answer(spark, request))


if __name__ == "__main__":
    main()
