"""Runs the SQL that etl1 sends over a socket in a Spark session, and sends back what comes of it.

Each line is a JSON object. A request has an `id` and what is asked: `sql`, and whether its `rows` are wanted; a folder to
`list`, and whether `deep`; a file to `describe`, to `digest` or to `read`; a file to `put`, with its `text`; one to
`place`, to `fetch` or to `send`, and where `to`; or what to `remove`. What is in folders and files is asked of the file systems of
the session. A reply has the `id` and either an `answer` or an `error` with its `trace`. How far the session's jobs are is told meanwhile.
The socket is the life of the session: when it closes, whoever asked is gone, and so is the session.
"""

import base64
import json
import os
import queue
import re
import socket
import sys
import threading
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

PROGRESS_SECONDS = 0.5

# small statements are mostly planned here, and leave the executors idle
MOST_AT_ONCE = 4

# they show a file once it is whole, and remove one before another is given its name
OBJECT_STORES = {"s3a", "gs"}

# what ends a parquet file: the length of its footer in four bytes, and the mark
TAIL_BYTES = 8
MARK = b"PAR1"

# what a job says has the trace of a task within it
TRACE = re.compile(r"^(?:\s+at \S+\(.*|\s+\.\.\. \d+ more|Driver stacktrace:)\s*$", re.MULTILINE)

# of each error: its cause, which comes behind it, is to be among what is printed
MOST_LETTERS = 1_000
MOST_CAUSES = 20


class Channel:
    """Lines of JSON in both directions. When nobody is there any more to hear of anything, this process ends."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._lock = threading.Lock()
        self.requests = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            with self._socket.makefile("r", encoding="utf-8") as lines:
                for line in lines:
                    self.requests.put(json.loads(line))
        finally:
            # where something was left unread, reading fails instead of ending
            self.end()

    def end(self):
        os._exit(1)

    def send(self, message):
        line = json.dumps(message, default=str) + "\n"
        with self._lock:
            self._socket.sendall(line.encode("utf-8"))


def tell_progress(spark, channel, over):
    """Tells how many tasks of the running stages are done, and whether there are some and nothing runs them, whenever that has changed."""
    tracker = spark.sparkContext.statusTracker()
    told, told_starved = None, False
    while not over.wait(PROGRESS_SECONDS):
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        known = [stage for stage in stages if stage is not None]
        now = (sum(stage.numCompletedTasks for stage in known), sum(stage.numTasks for stage in known))
        if now != told and now[1] > 0:
            told = now
            channel.send({"progress": {"done": now[0], "of": now[1]}})
        starved = now[0] < now[1] and not any(stage.numActiveTasks for stage in known)
        if starved != told_starved:
            told_starved = starved
            channel.send({"starved": starved})


def message_of(error):
    """What Spark says, and what that was caused by where it does not say so itself, without the traces of Python and Java around it."""
    thrown = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    describe = getattr(error, "getMessage", None)
    said = (describe() if callable(describe) else "") or (str(error) if thrown is None else thrown.toString())
    text = words_of(said or type(error).__name__)
    for cause in causes_of(thrown):
        named = words_of(cause.toString()).rstrip(": ")
        news = words_of(cause.getMessage() or "") or named
        if re.search(rf"(?<!\w){re.escape(news)}(?!\w)", text) is None:
            text += f"; caused by {named}"
    return text


def causes_of(thrown):
    """What an exception of Java was caused by, down to what was wrong in the end. They may go round in circles."""
    cause = thrown
    for _ in range(MOST_CAUSES):
        cause = None if cause is None else cause.getCause()
        if cause is None:
            return
        yield cause


def words_of(text):
    """What an error says without traces, shortened: its first words say most."""
    return TRACE.sub("", text).strip()[:MOST_LETTERS]


def trace_of(error):
    """All that Spark says: what an error was caused by is only there."""
    return getattr(error, "_stackTrace", None) or str(error)


def run_sql(spark, request):
    frame = spark.sql(request["sql"])
    return [row.asDict(recursive=True) for row in frame.collect()] if request["rows"] else []


def locate(spark, address):
    """The file system that an address is of, and the path in it."""
    path = spark._jvm.org.apache.hadoop.fs.Path(address)
    return path.getFileSystem(hadoop_settings(spark)), path


def hadoop_settings(spark):
    """With those that the session itself was told, as statements have them."""
    return spark._jsparkSession.sessionState().newHadoopConf()


def list_folder(spark, request):
    """What is in a folder, by name; all files below it, by path from it; None where there is no such folder."""
    # the top of a bucket is a folder only behind a slash
    files, path = locate(spark, request["list"].rstrip("/") + "/")
    if not files.exists(path):
        return None
    if not files.getFileStatus(path).isDirectory():
        raise ValueError("this is a file; expected a folder")
    if not request["deep"]:
        return [status.getPath().getName() for status in files.listStatus(path)]
    top = files.makeQualified(path).toUri().getPath().rstrip("/") + "/"
    names = []
    found = files.listFiles(path, True)
    while found.hasNext():
        names.append(found.next().getPath().toUri().getPath()[len(top):])
    return names


def describe_file(spark, request):
    """A file's length, its time, and its end from the footer on; None where there is no such file."""
    files, path = locate(spark, request["describe"])
    if not files.exists(path):
        return None
    status = files.getFileStatus(path)
    if status.isDirectory():
        raise ValueError("this is a folder; expected a file")
    size = status.getLen()
    stream = files.open(path)
    try:
        end = read_end(stream, size, TAIL_BYTES)
        length = int.from_bytes(end[:4], "little") + TAIL_BYTES
        if end[4:] == MARK and length <= size:
            end = read_end(stream, size, length)
    finally:
        stream.close()
    return {"bytes": size, "modified_ms": status.getModificationTime(), "end": base64.b64encode(end).decode("ascii")}


def read_end(stream, size, wanted):
    length = min(size, wanted)
    stream.seek(size - length)
    end = bytes(stream.readNBytes(length))
    if len(end) < length:
        raise ValueError("it was cut short while it was read")
    return end


def digest_file(spark, request):
    """The sha256 of a file, in hexadecimal digits."""
    files, path = locate(spark, request["digest"])
    stream = files.open(path)
    try:
        return spark._jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream)
    finally:
        stream.close()


def read_text(spark, request):
    """The text of a file; None where there is no such file."""
    files, path = locate(spark, request["read"])
    if not files.exists(path):
        return None
    stream = files.open(path)
    try:
        return bytes(stream.readAllBytes()).decode("utf-8")
    finally:
        stream.close()


def put_text(spark, request):
    """Writes a file, so that it is seen as it was or as it is to be."""
    address = request["put"]
    head, _, name = address.rpartition("/")
    aside = f"{head}/.{name}.part"
    files, path = locate(spark, aside)
    stream = files.create(path, True)
    try:
        stream.write(bytearray(request["text"].encode("utf-8")))
    finally:
        stream.close()
    move(spark, aside, address)


def place_file(spark, request):
    """Gives a file the name of another one, which it replaces."""
    move(spark, request["place"], request["to"])


def move(spark, source, target):
    """Renames a file; in an object store one that replaces another is copied, since renaming would remove that before."""
    files, old = locate(spark, source)
    # an address may leave out whose file system it is of
    old, new = files.makeQualified(old), files.makeQualified(locate(spark, target)[1])
    files.mkdirs(new.getParent())
    if files.getScheme() in OBJECT_STORES:
        if files.exists(new):
            copy(spark, files.open(old), files, new)
            files.delete(old, False)
        elif not files.rename(old, new):
            raise OSError("it is not renamed")
        return
    rename = spark._jvm.org.apache.hadoop.fs.Options.Rename
    overwrite = spark.sparkContext._gateway.new_array(rename, 1)
    overwrite[0] = rename.OVERWRITE
    context_of(spark, files).rename(old, new, overwrite)


CONTEXTS = weakref.WeakKeyDictionary()


def context_of(spark, files):
    """What renames over a file, which a FileSystem does not; one for each of a session, since some open a client of their own."""
    address = files.getUri().toString()
    contexts = CONTEXTS.setdefault(spark, {})
    if address not in contexts:
        context = spark._jvm.org.apache.hadoop.fs.FileContext
        contexts[address] = context.getFileContext(files.getUri(), hadoop_settings(spark))
    return contexts[address]


def copy(spark, read, files, target):
    """Copies what is read over a file, whose name it has once it is closed: what is not whole is not to be closed."""
    try:
        written = files.create(target, True)
        try:
            spark._jvm.org.apache.hadoop.io.IOUtils.copyBytes(read, written, 1 << 20, False)
        except BaseException:
            # what a store is sent counts for nothing unless it is closed; some can be told to forget it, others wait for more until the session ends
            if written.hasCapability("fs.capability.outputstream.abortable"):
                written.abort()
            raise
        written.close()
    finally:
        read.close()


def fetch_file(spark, request):
    """Copies a file to this machine."""
    files, path = locate(spark, request["fetch"])
    files.copyToLocalFile(False, path, local_path(spark, request["to"]), True)


def send_file(spark, request):
    """Copies a file of this machine as any other is written; S3A's own way of it needs more of Amazon's libraries."""
    files, path = locate(spark, request["to"])
    local = local_path(spark, request["send"])
    read = local.getFileSystem(hadoop_settings(spark)).open(local)
    copy(spark, read, files, path)


def local_path(spark, path):
    return spark._jvm.org.apache.hadoop.fs.Path("file", None, path)


def remove(spark, request):
    """Removes a file, or a folder with all that is in it, if it is there."""
    files, path = locate(spark, request["remove"])
    if not files.delete(path, True) and files.exists(path):
        raise OSError("it is not removed")


ANSWERS = {
    "sql": run_sql,
    "list": list_folder,
    "describe": describe_file,
    "digest": digest_file,
    "read": read_text,
    "put": put_text,
    "place": place_file,
    "fetch": fetch_file,
    "send": send_file,
    "remove": remove,
}


def answer(spark, request):
    try:
        asked = next(name for name in ANSWERS if name in request)
        return {"id": request["id"], "answer": ANSWERS[asked](spark, request)}
    except Exception as error:  # whatever it is, it is told and the session lives on
        return {"id": request["id"], "error": message_of(error), "trace": trace_of(error)}


def reply(spark, channel, request):
    """Answers, or ends the session: whoever asked would wait for ever."""
    try:
        channel.send(answer(spark, request))
    except BaseException:
        traceback.print_exc()
        channel.end()


def serve(spark, channel, begin=None):
    """Answers what is asked in a session until that is to stop. Each thread that does so first calls `begin`. Gives the threads."""
    context = spark.sparkContext
    channel.send({"started": {"version": spark.version, "master": context.master, "application": context.applicationId}})
    over = threading.Event()
    threading.Thread(target=tell_progress, args=(spark, channel, over), daemon=True).start()
    workers = ThreadPoolExecutor(MOST_AT_ONCE, initializer=begin)
    while not (request := channel.requests.get()).get("stop"):
        workers.submit(reply, spark, channel, request)
    over.set()
    return workers


def main():
    channel = Channel(sys.argv[1])
    spark = SparkSession.builder.getOrCreate()
    serve(spark, channel)
    try:
        spark.stop()
        channel.send({"stopped": True})
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
