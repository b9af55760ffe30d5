"""For each line of input, starts many tasks and prints the milliseconds until all have ended, or starts one task and prints the
milliseconds until it begins."""

import json
import sys
import time

from celery import group
from work_tasks import begin, nothing

print('"ready"', flush=True)
for line in sys.stdin:
    request = json.loads(line)
    start = time.time() * 1000
    if 'burst' in request:
        group(nothing.s() for _ in range(request['burst']))().get()
        print(time.time() * 1000 - start, flush=True)
    else:
        print(begin.delay().get() - start, flush=True)
