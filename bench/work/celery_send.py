"""A line asks for many tasks, or for one; the answer is the milliseconds until all are done, or until it begins."""

import json
import sys
import time

from celery import group
from work_tasks import begin, nothing

print('"ready"', flush=True)
for line in sys.stdin:
    question = json.loads(line)
    start = time.time() * 1000
    if 'burst' in question:
        group(nothing.s() for _ in range(question['burst']))().get()
        print(time.time() * 1000 - start, flush=True)
    else:
        print(begin.delay().get() - start, flush=True)
