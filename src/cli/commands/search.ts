import type { KeywordHit, SearchResult, SemanticHit } from '../../index.js';
import { defineCommand, UsageError } from '../command.js';
import { fileFilterOptions, readFileFilter, readSort } from '../options/file-filter-options.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readInteger } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { makePrintable } from '../output/printable.js';
import { formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';
import { createNamedPipeline, pipelineOption, readPipelineName } from '../session/named-pipeline.js';

export const searchCommand = defineCommand({
  name: 'search',
  summary: "search a pipeline's files by keywords or by meaning",
  arguments: { usage: 'QUERY', min: 1, max: 1 },
  details: [
    'Finds keywords and their inflections in pipelines that end with keyword-db. With --semantic, finds the nearest snippets in',
    'pipelines that end with text-embedder,vector-db. Searches all files unless options such as --name or --dir select some of them.',
  ],
  options: {
    ...pipelineOption,
    semantic: { type: 'boolean', help: 'search by meaning' },
    k: { type: 'string', placeholder: 'N', help: 'snippets per file with --semantic (default: 5)' },
    ...fileFilterOptions,
    limit: {
      type: 'string',
      placeholder: 'N',
      help: 'print one page of at most N hits, from any number of files (keywords only)',
    },
    cursor: {
      type: 'string',
      placeholder: 'CURSOR',
      help: 'continue after a page: the cursor printed with that page (keywords only)',
    },
    sort: {
      type: 'string',
      placeholder: 'ORDER',
      help: 'ascending or descending by creation time, or with --semantic also global (nearest first)',
    },
    ...serverOptions,
  },
  examples: [
    ['all occurrences of some words', 'millrace search "flour wheel" --pipeline notes'],
    [
      'the three nearest snippets in each file',
      'millrace search "notice period" --pipeline contracts --semantic --k 3',
    ],
    ['in one directory', 'millrace search mill --pipeline notes --dir /2026'],
    ['the first 100 occurrences', 'millrace search mill --pipeline notes --limit 100'],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [query = ''] = positionals;
    const options = { ...readFileFilter(values), signal };
    const k = readInteger('k', values.k, { min: 1 });
    if (k !== undefined && !values.semantic) throw new UsageError('--k can only be used with --semantic.');
    const limit = readInteger('limit', values.limit, { min: 1, max: 10_000 });
    const isPaged = limit !== undefined || values.cursor !== undefined;
    const conflict =
      isPaged && (['semantic', 'sort', 'max-files'] as const).find((option) => values[option] !== undefined);
    if (conflict) throw new UsageError(`--${conflict} cannot be used with --limit or --cursor.`);
    const name = readPipelineName(values);
    const client = connect(call);
    try {
      if (values.semantic) {
        const sortOrder = readChoice('sort', values.sort, ['ascending', 'descending', 'global']);
        const pipeline = createNamedPipeline(client, name, ['text-embedder', 'vector-db']);
        const result = await pipeline.semanticSearch(query, { ...options, k, sortOrder });
        output.result(result, () => formatSemanticHits(result));
        if (result.items.length === 0) output.hint(describeNoHits(name));
        for (const warning of result.warnings) output.warn(warning);
      } else if (isPaged) {
        const { maxFiles: _, ...filter } = options;
        const pipeline = createNamedPipeline(client, name, ['keyword-db']);
        const page = await pipeline.keywordPage(query, { ...filter, limit, cursor: values.cursor });
        output.result(page, () => formatKeywordHits(page));
        if (page.nextCursor !== null) output.note(`There may be more hits. Continue with --cursor ${page.nextCursor}`);
        else if (page.items.length === 0) output.hint(describeNoHits(name));
        for (const warning of page.warnings) output.warn(warning);
      } else {
        const pipeline = createNamedPipeline(client, name, ['keyword-db']);
        const result = await pipeline.keywordSearch(query, { ...options, sortOrder: readSort(values.sort) });
        output.result(result, () => formatKeywordHits(result));
        if (result.items.length === 0) output.hint(describeNoHits(name));
        for (const warning of result.warnings) output.warn(warning);
      }
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function describeNoHits(pipeline: string): string {
  return `Nothing found. To list the pipeline's files: millrace list --pipeline ${pipeline}`;
}

function formatKeywordHits({ items }: Pick<SearchResult<KeywordHit>, 'items'>): string[] {
  return items.flatMap(({ file, hits }) => [
    makePrintable(`${file.symbolicFilePath} (${file.fileId})`),
    ...formatTable(
      hits.map(({ keyword, lineNumber, keywordNumber }) => [`line ${lineNumber}`, `word ${keywordNumber}`, keyword]),
      '  ',
    ),
  ]);
}

function formatSemanticHits({ items }: SearchResult<SemanticHit>): string[] {
  return items.flatMap(({ file, hits }) => [
    makePrintable(`${file.symbolicFilePath} (${file.fileId})`),
    ...formatTable(
      hits.map(({ snippet, distance, lineNumbers }) => [distance.toFixed(3), formatLineNumbers(lineNumbers), snippet]),
      '  ',
    ),
  ]);
}

function formatLineNumbers(numbers: readonly number[]): string {
  const [first] = numbers;
  const last = numbers.at(-1);
  if (first === undefined) return '';
  return first === last ? `line ${first}` : `lines ${first}-${last ?? first}`;
}
