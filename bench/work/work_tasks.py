"""Two Celery tasks: one does nothing, and the other returns the current time. Tasks are acknowledged after they end."""

import os
import sys
import time

from celery import Celery
from celery.signals import worker_ready

redis = os.environ['BENCH_REDIS']
app = Celery('work_tasks', broker=redis, backend=redis)
app.conf.task_acks_late = True
app.conf.task_reject_on_worker_lost = True


@app.task
def nothing():
    return None


@app.task
def begin():
    return time.time() * 1000


@worker_ready.connect
def announce_ready(**_):
    # write to the original standard output, because the worker turns printed text into log lines
    print('"ready"', file=sys.__stdout__, flush=True)
