import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../packaging/packed-sdk.js';
import { readExamples } from './examples-in-source.js';
import { checkLinks } from './links.js';
import { readPages } from './manual.js';
import type { Page } from './page.js';
import { compareStructure } from './same-structure.js';
import { checkShell } from './shell-blocks.js';
import { compileBlocks, readMembers } from './typescript-blocks.js';

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const scriptsOf = (path: string): string[] => Object.keys((JSON.parse(read(path)) as { scripts: object }).scripts);

const pages = ['.', 'docs', 'server', 'bench', 'examples'].flatMap(readPages);
const paths = pages.map(({ path }) => path);
const manual = pages.filter(({ path }) => /^(README|docs\/|server\/)/.test(path));
const pageAt = (path: string): Page => pages.find((page) => page.path === path)!;

describe('the pages', () => {
  it('contain TypeScript that compiles against the built packages, as do the docstrings', () => {
    const server = ['start-server', 'transfer-store', 'manage-accounts', 'custom-modules/define-module'].map(
      (name) => `server/src/${name}.ts`,
    );
    const examples = readExamples(['src', ...server]);
    expect(examples.length).toBeGreaterThan(20);
    expect(compileBlocks([...manual, ...examples])).toEqual([]);
  });

  it('use only existing commands, options and scripts', () => {
    expect(checkShell(pages, { '': scriptsOf('package.json'), server: scriptsOf('server/package.json') })).toEqual([]);
  });

  it('have no broken links', () => {
    // only `npm run docs:api` generates this file
    const generated = 'docs/api/index.html';
    expect(checkLinks(pages, (path) => path === generated || existsSync(`${root}${path}`))).toEqual([]);
  });

  it('use none of the words that the lint rule house/words forbids', async () => {
    const list = (await import(`${root}lint/words.js`)) as { words: readonly { pattern: RegExp; say: string }[] };
    const found = paths
      .filter((path) => path !== 'docs/README.es.md')
      .flatMap((path) => {
        const prose = read(path).replaceAll(/^```[^]*?^```|<!--[^]*?-->|`[^`\n]*`/gm, '');
        return list.words.flatMap(({ pattern, say }) => {
          const word = pattern.exec(prose)?.[0];
          return word === undefined ? [] : [`${path}: '${word}'. Say ${say}.`];
        });
      });
    expect(found).toEqual([]);
  });

  it('are all linked from the index', () => {
    const linked = pageAt('docs/README.md').links.map(({ target }) => `docs/${target}`);
    const all = paths.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(all.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

describe('docs/README.es.md', () => {
  it('has the headings, code, links and tables of README.md', () => {
    expect(compareStructure(pageAt('README.md'), pageAt('docs/README.es.md'))).toEqual([]);
  });
});

describe('the documentation of members', () => {
  const documentedTypes = [
    ['ErrorCode', 'docs/errors.md'],
    ['RunErrorCode', 'docs/errors.md'],
    ['ClientOptions', 'docs/configuration.md'],
    ['RequestOptions', 'docs/configuration.md'],
    ['ProcessOptions', 'docs/processing.md'],
    ['ProcessResult', 'docs/processing.md'],
    ['WaitOptions', 'docs/waiting-and-resuming.md'],
    ['RunHandle', 'docs/waiting-and-resuming.md'],
    ['ProcessManyOptions', 'docs/batches.md'],
    ['SyncOptions', 'docs/folders.md'],
    ['SyncSummary', 'docs/folders.md'],
    ['FileFilter', 'docs/search.md'],
    ['SemanticSearchOptions', 'docs/search.md'],
    ['KeywordHit', 'docs/search.md'],
    ['SemanticHit', 'docs/search.md'],
    ['FileRow', 'docs/notebooks.md'],
    ['FileResultRow', 'docs/notebooks.md'],
    ['SyncRow', 'docs/notebooks.md'],
    ['RunRow', 'docs/notebooks.md'],
    ['TaskRow', 'docs/notebooks.md'],
    ['KeywordRow', 'docs/notebooks.md'],
    ['SemanticRow', 'docs/notebooks.md'],
    ['Client', 'docs/coming-from-python.md'],
    ['PipelineBase', 'docs/coming-from-python.md'],
  ] as const;
  const membersOf = readMembers(documentedTypes.map(([type]) => type));

  it.each(documentedTypes)('covers every member of %s on %s', (type, path) => {
    const text = read(path);
    const members = membersOf.get(type)!.filter((name) => /^\w+$/.test(name));
    expect(members.length).toBeGreaterThan(0);
    expect(members.filter((name) => !new RegExp(`\`[^\`\n]*\\b${name}\\b[^\`\n]*\``).test(text))).toEqual([]);
  });
});
