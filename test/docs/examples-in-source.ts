import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Block, Page } from './page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Declarations that the examples use without showing them. `pipeline` is both the function and a client's pipeline. */
const declarations: Block = {
  language: 'ts',
  line: 0,
  code: `
import { createWriteStream } from 'node:fs';
import { createAccount, exportStore, listAccounts, startServer } from '@millrace/server';
import { Client, currentSignal, directoryStore, flow, getRun, isMillraceError, log, memoryStore, progress, resume, task } from 'millrace';
import { pipeline as makePipeline, type Pipeline, type WithKeywordSearch, type WithSemanticSearch } from 'millrace';

const pipeline = makePipeline as typeof makePipeline & Pipeline & WithSemanticSearch & WithKeywordSearch;
const client = new Client();
const clean = pipeline<{ raw: string }>('clean').step('trim', (d) => ({ text: d.raw.trim() }));
const done = await pipeline.process('./lease.pdf');
const id = done.requestId;
const url = 'https://example.org';
const pages = [{ title: 'The mill' }];
const read = async (page: object) => page;
const fetchWeather = async (city: string) => city;
const fetchNews = fetchWeather;
const write = (...texts: string[]) => texts.join();
`.trim(),
};

/** Returns a page for each example in the docstrings of the given files and folders. */
export function readExamples(paths: readonly string[]): Page[] {
  const files = paths.flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(`${root}${path}`, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${path}/${name}`),
  );
  return files.flatMap((path) =>
    parseExamples(readFileSync(`${root}${path}`, 'utf8')).map((block): Page => ({
      path,
      blocks: [declarations, block],
      headings: [],
      links: [],
      rows: [],
    })),
  );
}

function parseExamples(source: string): Block[] {
  return [...source.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(({ 1: text = '', index }) => ({
    language: 'ts',
    code: text.replace(/^ *\* ?/gm, '').trimEnd(),
    line: source.slice(0, index).split('\n').length + 1,
  }));
}
