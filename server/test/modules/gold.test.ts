import { describe, expect, it } from 'vitest';
import { pythonWhitespaceClass } from '../../src/convert/python-whitespace.js';
import { goldCases, hasGold, readGold, type GoldCase } from './gold-folder.js';
import { readKeywordRows, readValues } from './keywords/keyword-rows.js';
import { runModule, type ModuleRun } from './run-module.js';

const casesOf = (module: string): GoldCase[] =>
  goldCases.filter((gold) => !gold.method && gold.module_chain?.length === 1 && gold.module_chain[0] === module);

async function runCase(gold: GoldCase): Promise<ModuleRun> {
  const [module = ''] = gold.module_chain ?? [];
  return runModule(module, readGold(gold.input ?? ''), gold.modules?.[module]);
}

/** Returns a function that tells whether the two services are meant to treat a token differently. */
function findDifferences(text: string): (line: number, number: number) => boolean {
  const lines = text.split('\n').map((line) => line.split(new RegExp(`[${pythonWhitespaceClass}]+`)).filter(Boolean));
  return (line, number) => {
    const token = lines[line - 1]?.[number - 1];
    // a number beyond the line's last token: two words that the recorded service joined across the line end
    return token === undefined || /\P{ASCII}/u.test(token);
  };
}

describe.runIf(hasGold)('recorded outputs of the hosted service', () => {
  it.for(casesOf('parser').filter((gold) => gold.expected))('$id: writes the same bytes', async (gold) => {
    expect((await runCase(gold)).text).toBe(readGold(gold.expected ?? '').toString());
  });

  it.for(casesOf('parser').filter((gold) => gold.expected_count))(
    '$id: writes the same number of snippets',
    async (gold) => {
      const { text, output } = await runCase(gold);
      expect(JSON.parse(text)).toHaveLength(gold.expected_count ?? 0);
      expect(output.facts).toEqual({ num_lines: gold.expected_count });
    },
  );

  it.for(casesOf('json-to-txt'))('$id: writes the same bytes', async (gold) => {
    expect((await runCase(gold)).text).toBe(readGold(gold.expected ?? '').toString());
  });

  it.for(casesOf('keyword-db').filter((gold) => gold.expected?.endsWith('.tsv')))(
    '$id: writes the same rows, except for words joined across line ends and non-ASCII words',
    async (gold) => {
      const { output } = await runCase(gold);
      const isMeantToDiffer = findDifferences(
        readGold(gold.input ?? '')
          .toString()
          .replaceAll(/\r\n?/g, '\n'),
      );
      const isComparable = (row: string): boolean => {
        const [line = 0, number = 0] = row.split(' ').slice(2).map(Number);
        return !isMeantToDiffer(line, number);
      };
      const recorded = readGold(gold.expected ?? '')
        .toString()
        .trimEnd()
        .split('\n')
        .map((row) => row.replaceAll('\t', ' '));
      const comparable = recorded.filter(isComparable);
      expect(comparable.length).toBeGreaterThan(recorded.length * 0.95);
      expect(readKeywordRows(output.path).filter(isComparable)).toEqual(comparable);
    },
  );

  it.for(casesOf('keyword-db').filter((gold) => gold.expected?.endsWith('.db')))(
    '$id: writes the same schema',
    async (gold) => {
      const { output } = await runCase(gold);
      const schema = (bytes: Buffer): string[] =>
        bytes.toString('latin1').match(/CREATE [^\0]*?\((?:[^()]|\n)*?\)/g) ?? [];
      const ours = readValues(output.path, 'select sql from sqlite_master').flat();
      expect(ours.sort()).toEqual(schema(readGold(gold.expected ?? '')).sort());
    },
  );
});

/** The test of each recorded case. Where the output depends on a model, only its format is tested. */
const testsOfCases: readonly (readonly [test: string, cases: RegExp, count: number])[] = [
  ['gold', /^(parser|json-to-txt|keyword-db)-/, 14],
  ['search/gold', /^keyword_search-/, 4],
  ['npy', /^text-embedder-minilm$/, 1],
  ['vector-db', /^(vector-db-vectors|faiss-.*)$/, 4],
  ['vectors/scan-vectors', /^semantic_search-distance-derived$/, 1],
  ['protocol/gold: the format, and what needs no model', /^semantic_search-(1984|translation)/, 3],
  ['protocol/gold', /^(list-|process_status-ongoing$|delete$)/, 4],
  ['ocr', /^ocr-menu$/, 1],
  ['caption: the format', /^caption-default$/, 1],
  ['transcribe: the format', /^transcribe-tiny$/, 1],
  ['translate: the format', /^translate-/, 2],
  ['sentiment: the format', /^sentiment-/, 2],
  ['summarize: the format', /^summarize-bart-/, 2],
];

describe.runIf(hasGold)('NOT RUN without the recorded outputs:', () => {
  it('each of them has a test', () => {
    const idsOf = (cases: RegExp): string[] => goldCases.map(({ id }) => id).filter((id) => cases.test(id));
    expect(testsOfCases.map(([test, cases]) => [test, idsOf(cases).length])).toEqual(
      testsOfCases.map(([test, , count]) => [test, count]),
    );
    expect(testsOfCases.flatMap(([, cases]) => idsOf(cases)).sort()).toEqual(goldCases.map(({ id }) => id).sort());
  });

  it('this file tests those of three modules', () => {
    expect(['parser', 'json-to-txt', 'keyword-db'].map((module) => casesOf(module).length)).toEqual([6, 1, 7]);
  });
});
