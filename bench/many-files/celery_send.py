"""Processes a folder of files for each line of input, and prints the milliseconds until the last result is available."""

import json
import os
import sys
import time

from celery import group
from keyword_tasks import index_file

print('"ready"', flush=True)
for line in sys.stdin:
    folders = json.loads(line)
    names = os.listdir(folders['input'])
    start = time.perf_counter()
    group(
        index_file.s(os.path.join(folders['input'], name), os.path.join(folders['output'], f'{name}.db'))
        for name in names
    )().get()
    print((time.perf_counter() - start) * 1000, flush=True)
