"""Runs a search in a flat FAISS index for each line on standard input, and prints its duration in milliseconds."""

import sys
import time

import faiss
import numpy

index = faiss.read_index(sys.argv[1])
k = int(sys.argv[2])
random = numpy.random.default_rng(1)
print('ready', flush=True)
for _ in sys.stdin:
    query = random.normal(size=(1, index.d)).astype('float32')
    faiss.normalize_L2(query)
    start = time.perf_counter()
    index.search(query, k)
    print((time.perf_counter() - start) * 1000, flush=True)
