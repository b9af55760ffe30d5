"""Builds a keyword database in a Celery task, with the same rows and indexes as the module, using Python's standard library."""

import json
import os
import re
import sqlite3
import sys

from celery import Celery
from celery.signals import worker_ready

redis = os.environ['BENCH_REDIS']
app = Celery('keyword_tasks', broker=redis, backend=redis)

with open(os.environ['BENCH_WORDS'], encoding='utf-8') as file:
    words = json.load(file)
stop_words = frozenset(words['stopWords'])
# the precomputed singular of each word in the texts; the module looks up the singular in its lexicon instead
stems = words['stems']
part = re.compile(r'(?:[^\W_]|(?<=\d)[.,])+')


def keywords_of(text):
    for line, content in enumerate(text.split('\n'), 1):
        for number, token in enumerate(content.split(), 1):
            for word in part.findall(token.lower()):
                if word not in stop_words:
                    yield word, stems.get(word, word), line, number


@app.task
def index_file(source, target):
    with open(source, encoding='utf-8') as file:
        text = file.read()
    database = sqlite3.connect(f'{target}.part', isolation_level=None)
    database.executescript('PRAGMA page_size = 1024; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
    database.execute(
        'CREATE TABLE keyword_search'
        ' (original_keyword TEXT, stemmed_keyword TEXT, line_number INTEGER, keyword_number INTEGER)'
    )
    database.execute('BEGIN')
    database.executemany('INSERT INTO keyword_search VALUES (?, ?, ?, ?)', keywords_of(text))
    database.execute('CREATE INDEX idx_original_keyword ON keyword_search (original_keyword)')
    database.execute('CREATE INDEX idx_stemmed_keyword ON keyword_search (stemmed_keyword)')
    database.execute('COMMIT')
    database.close()
    os.replace(f'{target}.part', target)


@worker_ready.connect
def announce_ready(**_):
    # write to the original standard output, because the worker turns printed text into log lines
    print('"ready"', file=sys.__stdout__, flush=True)
