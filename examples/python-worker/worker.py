"""A Millrace worker in Python that uses only the standard library.

It serves two tasks, `count-words` and `divide`, until Ctrl-C. docs/worker-protocol.md describes the protocol.

    MILLRACE_API_URL=http://127.0.0.1:8418 MILLRACE_API_KEY=... python3 worker.py
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone

API_URL = os.environ["MILLRACE_API_URL"].rstrip("/")
API_KEY = os.environ["MILLRACE_API_KEY"]


class Cancelled(Exception):
    """The run was cancelled, or another worker has claimed it."""


def call(path, body):
    """Makes a request, and returns the parsed response."""
    headers = {"authorization": f"Bearer {API_KEY}", "content-type": "application/json"}
    request = urllib.request.Request(API_URL + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=40) as response:
        return json.load(response)


class Run:
    """Reports one run. Its events are numbered, so the server ignores those that arrive twice."""

    def __init__(self, worker, claimed):
        self.worker = worker
        self.id = claimed["run"]["requestId"]
        self.task = claimed["run"]["of"]
        self.input = claimed["run"]["input"]
        self.sequence = claimed["sequence"]
        self.must_stop = False
        self.is_lost = False
        self.lock = threading.Lock()

    def report(self, *events):
        with self.lock:
            numbered = []
            for event in events:
                self.sequence += 1
                at = datetime.now(timezone.utc).isoformat()
                numbered.append({"run": self.id, "sequence": self.sequence, "at": at, **event})
            self.send({"reports": numbered})

    def send_heartbeat(self):
        with self.lock:
            self.send({"alive": [self.id]})

    def send(self, body):
        while True:
            try:
                response = call("/v1/events", {"reporter": self.worker.reporter, **body})["runs"][self.id]
                break
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    raise
                time.sleep(1)
            except OSError:
                time.sleep(1)
        # no state: the server accepts no more events, because another worker has the run
        self.is_lost = response["state"] is None
        self.must_stop = self.must_stop or self.is_lost or response["cancel"]

    def progress(self, current, total, message=None):
        percent = 100 * current / total
        progress = {"current": current, "total": total, "percent": percent, **({"message": message} if message else {})}
        self.report({"type": "progress", "key": None, "attempt": 1, "progress": progress})
        if self.must_stop:
            raise Cancelled

    def log(self, message, level="info"):
        self.report({"type": "log", "level": level, "message": message, "task": None})


def count_words(run, text):
    lines = text.splitlines()
    words = 0
    for number, line in enumerate(lines, 1):
        words += len(line.split())
        run.progress(number, len(lines), f"line {number}")
        time.sleep(float(os.environ.get("SECONDS_PER_LINE", "0")))
    run.log(f"{words} words in {len(lines)} lines")
    return {"words": words}


def divide(run, a, b):
    return a / b


TASKS = {"count-words": count_words, "divide": divide}


class Worker:
    def __init__(self, name):
        self.name = name
        # identifies this process: the server accepts the events of a run only from the process that has claimed it
        self.reporter = str(uuid.uuid4())
        self.id = None
        self.is_closing = threading.Event()

    def register(self):
        body = {"name": self.name, "version": "1", "pipelines": [{"name": name, "steps": []} for name in TASKS]}
        self.id = call("/v1/workers", body)["id"]

    def serve(self):
        serves = [{"name": name, "kind": "task", "version": None} for name in TASKS]
        while not self.is_closing.is_set():
            try:
                if self.id is None:
                    self.register()
                body = {"worker": self.id, "reporter": self.reporter, "serves": serves, "free": 1, "wait": 5}
                for claimed in call("/v1/claims", body)["runs"]:
                    self.execute(Run(self, claimed))
            except urllib.error.HTTPError as error:
                print(f"The server returned {error.code}. Trying again.", file=sys.stderr)
                self.id = None if error.code == 404 else self.id
                time.sleep(1)
            except OSError as error:
                print(f"The server cannot be reached: {error}. Trying again.", file=sys.stderr)
                time.sleep(1)

    def execute(self, run):
        is_over = threading.Event()

        def keep_lease():
            # the lease of a run expires after 15 seconds without a heartbeat
            while not is_over.wait(5):
                run.send_heartbeat()

        threading.Thread(target=keep_lease, daemon=True).start()
        try:
            run.report({"type": "run-resumed"}, {"type": "run-state", "state": "running"})
            arguments = run.input if isinstance(run.input, list) else [] if run.input is None else [run.input]
            result = TASKS[run.task](run, *arguments)
            run.report({"type": "run-state", "state": "completed", "result": result})
        except Cancelled:
            error = {"code": "cancelled", "message": "the run was cancelled"}
            if not run.is_lost:
                run.report({"type": "run-state", "state": "cancelled", "error": error})
        except Exception as error:
            details = {"traceback": traceback.format_exc()}
            failure = {"code": "task_failed", "message": f"{type(error).__name__}: {error}", "details": details}
            run.report({"type": "run-state", "state": "failed", "error": failure})
        finally:
            is_over.set()


if __name__ == "__main__":
    worker = Worker("python-worker")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.is_closing.set())
    print("Waiting for runs of " + ", ".join(TASKS), flush=True)
    worker.serve()
