import { readFile } from 'node:fs/promises';
import { parse, relative, resolve } from 'node:path';
import type { Citation } from '../../index.js';
import { isObject } from '../../shared/rules/format-value.js';
import { writeAtomically } from '../../shared/runtime/write-atomically.js';

type Row = Map<string, unknown>;

/**
 * The columns that identify a row:
 *
 * - `file`
 * - `page`: the page number, if the record has one
 * - `row`: the row's number, if the output is a list without page numbers, or the record's value is a list
 * - `position`: the item's number in a nested list
 * - `of`: the positions of the enclosing items, outermost first, such as `2.1`, if the list is inside another nested list
 */
type RowKey = Readonly<Record<string, string | number>>;

/** Collects the outputs of many files in a table. A field that contains a list of objects becomes a separate table. */
export class CsvTable {
  readonly #path: string;
  readonly #includesCitations: boolean;
  readonly #rowsByTable = new Map<string, { key: RowKey; row: Row }[]>();

  constructor(path: string, { includesCitations }: { readonly includesCitations: boolean }) {
    this.#path = path;
    this.#includesCitations = includesCitations;
    this.#rowsByTable.set('', []);
  }

  /** Adds the output of a file: an extraction, a classification, any other object, or a list of these. */
  add(file: string, output: unknown): void {
    const isList = Array.isArray(output);
    for (const [i, record] of (isList ? (output as unknown[]) : [output]).entries()) {
      if (!isObject(record)) continue;
      const page = typeof record['page'] === 'number' ? { page: record['page'] } : undefined;
      const key = { file, ...(page ?? (isList && { row: i + 1 })) };
      const { value, citations } = splitRecord(record);
      const rows = Array.isArray(value) ? (value as unknown[]) : [value];
      for (const [index, row] of rows.entries()) {
        const rowKey = Array.isArray(value) ? { ...key, row: index + 1 } : key;
        this.#addRow('', rowKey, row, { path: Array.isArray(value) ? `[${index}]` : '', citations });
      }
    }
  }

  /** Writes each table to a CSV file. @returns The paths of the CSV files, relative to the working directory. */
  async write(): Promise<string[]> {
    const { dir, name, ext } = parse(resolve(this.#path));
    const writtenPaths: string[] = [];
    const usedNames = new Set<string>();
    for (const [table, rows] of this.#rowsByTable) {
      const path =
        table === '' ? resolve(this.#path) : resolve(dir, `${name}.${createNameSuffix(table, usedNames)}${ext}`);
      await writeAtomically(path, toCsv(rows));
      writtenPaths.push(relative('', path));
    }
    return writtenPaths;
  }

  #addRow(table: string, key: RowKey, value: unknown, source: { path: string; citations: Citations }): void {
    const row: Row = new Map();
    if (isObject(value)) this.#addFields(row, key, value, { ...source, prefix: '', table });
    else row.set('value', value);
    const rows = this.#rowsByTable.get(table) ?? [];
    rows.push({ key, row });
    this.#rowsByTable.set(table, rows);
  }

  #addFields(
    row: Row,
    key: RowKey,
    value: Readonly<Record<string, unknown>>,
    { path, citations, prefix, table }: { path: string; citations: Citations; prefix: string; table: string },
  ): void {
    for (const [name, field] of Object.entries(value)) {
      const column = `${prefix}${name}`;
      const fieldPath = path === '' ? name : `${path}.${name}`;
      if (isObject(field))
        this.#addFields(row, key, field, { path: fieldPath, citations, prefix: `${column}.`, table });
      else if (Array.isArray(field) && field.some(isObject)) {
        const nestedTable = table === '' ? column || '_' : `${table}.${column}`;
        const { of, position } = key;
        const outer = position === undefined ? {} : { of: of === undefined ? position : `${of}.${position}` };
        for (const [i, item] of (field as unknown[]).entries()) {
          this.#addRow(nestedTable, { ...key, ...outer, position: i + 1 }, item, {
            path: `${fieldPath}[${i}]`,
            citations,
          });
        }
      } else {
        row.set(column, Array.isArray(field) ? field.map(String).join('; ') : field);
        if (!this.#includesCitations) continue;
        const [citation] = citations[fieldPath] ?? citations[`${fieldPath}[0]`] ?? [];
        row.set(`${column}.page`, citation?.page ?? null);
        row.set(`${column}.quote`, citation?.quote ?? null);
      }
    }
  }
}

type Citations = Readonly<Record<string, readonly Citation[]>>;

/** Matches the first 60 characters of a name. Many file systems limit file names to 255 bytes. */
const firstCharacters = /^.{0,60}/u;

/** Returns a unique file name suffix for a table. Replaces unsafe characters such as `/`, because a field can have any name. */
function createNameSuffix(table: string, usedNames: Set<string>): string {
  const sanitized = table.normalize('NFC').replaceAll(/[^\p{L}\p{N}._-]|\.{2,}/gu, '_');
  const [name = ''] = firstCharacters.exec(sanitized) ?? [];
  let unique = name;
  // some file systems ignore case
  for (let number = 2; usedNames.has(unique.toLowerCase()); number++) unique = `${name}-${number}`;
  usedNames.add(unique.toLowerCase());
  return unique;
}

/** Returns a record's value, which excludes metadata such as `page`, and the citations of the value's fields. */
function splitRecord(record: Readonly<Record<string, unknown>>): { value: unknown; citations: Citations } {
  if (isObject(record['citations']) && 'value' in record) {
    return { value: record['value'], citations: record['citations'] as Citations };
  }
  if (typeof record['label'] === 'string' && Array.isArray(record['labels'])) {
    const labels = (record['labels'] as { label: string }[]).map(({ label }) => label);
    return { value: { label: record['label'], score: record['score'], labels }, citations: {} };
  }
  const { page: _page, ...value } = record;
  return { value, citations: {} };
}

function toCsv(rows: readonly { readonly key: RowKey; readonly row: Row }[]): string {
  const keyColumns = [...new Set(rows.flatMap(({ key }) => Object.keys(key)))];
  const columns = [...new Set(rows.flatMap(({ row }) => [...row.keys()]))];
  // rename columns that have the same name as a key column
  const header = [
    ...keyColumns,
    ...columns.map((column) => (keyColumns.includes(column) ? `value.${column}` : column)),
  ];
  const sorted = [...rows].sort((a, b) => compare(String(a.key['file']), String(b.key['file'])));
  const cellRows = sorted.map(({ key, row }) => [
    ...keyColumns.map((name) => key[name]),
    ...columns.map((name) => row.get(name)),
  ]);
  return [header, ...cellRows].map((cells) => `${cells.map(toCell).join(',')}\r\n`).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Matches text that a spreadsheet could evaluate as a formula. Also matches signed numbers, such as `-5`. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/;
const numberPattern = /^[+-]?\d+([.,]\d+)*$/;

/** Formats a cell (RFC 4180). As OWASP recommends, puts an apostrophe before text that begins like a formula, unless it is a number. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && formulaStart.test(text) && !numberPattern.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads and parses an output file. Returns `undefined` if `path` is `undefined` or does not end in `.json`. */
export async function readSavedOutput(path: string | undefined): Promise<unknown> {
  return path?.endsWith('.json') ? (JSON.parse(await readFile(path, 'utf8')) as unknown) : undefined;
}
