import { readFile } from 'node:fs/promises';
import { parse, relative, resolve } from 'node:path';
import type { Citation } from '../../index.js';
import { isObject } from '../../shared/rules/show-value.js';
import { writeAtomically } from '../../shared/runtime/write-atomically.js';

type Row = Map<string, unknown>;

/**
 * The columns that identify a row: the `file` and, where one file has several rows, the `page`, the `row` number or both. A table of a
 * nested list also has the `position` in this list. If the list is inside another nested list, `of` contains the outer positions, such as
 * `2.1`.
 */
type RowKey = Readonly<Record<string, string | number>>;

/** Collects the outputs of many files in a table. Each nested list of objects gets a separate table. */
export class CsvTable {
  readonly #path: string;
  readonly #hasCitations: boolean;
  readonly #tables = new Map<string, { key: RowKey; row: Row }[]>();

  constructor(path: string, { citations }: { readonly citations: boolean }) {
    this.#path = path;
    this.#hasCitations = citations;
    this.#tables.set('', []);
  }

  /** Adds the output of a file: an extraction, a classification, any other object, or a list of them. */
  add(file: string, output: unknown): void {
    const isList = Array.isArray(output);
    for (const [i, record] of (isList ? (output as unknown[]) : [output]).entries()) {
      if (!isObject(record)) continue;
      const page = typeof record['page'] === 'number' ? { page: record['page'] } : undefined;
      const key = { file, ...(page ?? (isList && { row: i + 1 })) };
      const { value, citations } = extractFields(record);
      const rows = Array.isArray(value) ? (value as unknown[]) : [value];
      for (const [index, row] of rows.entries()) {
        const rowKey = Array.isArray(value) ? { ...key, row: index + 1 } : key;
        this.#addRow('', rowKey, row, { path: Array.isArray(value) ? `[${index}]` : '', citations });
      }
    }
  }

  /** Writes the tables. @returns The paths of the files, relative to the working directory. */
  async write(): Promise<string[]> {
    const { dir, name, ext } = parse(resolve(this.#path));
    const written: string[] = [];
    const usedNames = new Set<string>();
    for (const [table, rows] of this.#tables) {
      const path =
        table === '' ? resolve(this.#path) : resolve(dir, `${name}.${createFileName(table, usedNames)}${ext}`);
      await writeAtomically(path, toCsv(rows));
      written.push(relative('', path));
    }
    return written;
  }

  #addRow(table: string, key: RowKey, value: unknown, source: { path: string; citations: Citations }): void {
    const row: Row = new Map();
    if (isObject(value)) this.#addFields(row, key, value, { ...source, prefix: '', table });
    else row.set('value', value);
    const rows = this.#tables.get(table) ?? [];
    rows.push({ key, row });
    this.#tables.set(table, rows);
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
        // outermost position first
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
        if (!this.#hasCitations) continue;
        const [citation] = citations[fieldPath] ?? citations[`${fieldPath}[0]`] ?? [];
        row.set(`${column}.page`, citation?.page ?? null);
        row.set(`${column}.quote`, citation?.quote ?? null);
      }
    }
  }
}

type Citations = Readonly<Record<string, readonly Citation[]>>;

/** Limits a file name to 60 characters, because file systems allow only 255 bytes. */
const firstCharacters = /^.{0,60}/u;

/** Returns a unique file name for a table, without unsafe characters such as `/`, because a field can have any name, even `../x`. */
function createFileName(table: string, usedNames: Set<string>): string {
  const sanitized = table.normalize('NFC').replaceAll(/[^\p{L}\p{N}._-]|\.{2,}/gu, '_');
  const [name = ''] = firstCharacters.exec(sanitized) ?? [];
  let unique = name;
  // some file systems ignore case
  for (let number = 2; usedNames.has(unique.toLowerCase()); number++) unique = `${name}-${number}`;
  usedNames.add(unique.toLowerCase());
  return unique;
}

/** Returns the value to put into the table, without metadata such as `page`, and the citations of its fields. */
function extractFields(record: Readonly<Record<string, unknown>>): { value: unknown; citations: Citations } {
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
  const keys = [...new Set(rows.flatMap(({ key }) => Object.keys(key)))];
  const columns = [...new Set(rows.flatMap(({ row }) => [...row.keys()]))];
  // prefix fields that have the same name as a key column
  const header = [...keys, ...columns.map((column) => (keys.includes(column) ? `value.${column}` : column))];
  const sorted = [...rows].sort((a, b) => compare(String(a.key['file']), String(b.key['file'])));
  const lines = sorted.map(({ key, row }) => [
    ...keys.map((name) => key[name]),
    ...columns.map((name) => row.get(name)),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(toCell).join(',')}\r\n`).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Matches text that a spreadsheet could execute. Also matches signed numbers, such as `-5`. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/;
const number = /^[+-]?\d+([.,]\d+)*$/;

/** Formats a cell (RFC 4180). Text that begins like a formula is prefixed with an apostrophe, as OWASP recommends. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && formulaStart.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads and parses an output file. Returns `undefined` if the path is missing or does not end in `.json`. */
export async function readSavedOutput(path: string | undefined): Promise<unknown> {
  return path?.endsWith('.json') ? (JSON.parse(await readFile(path, 'utf8')) as unknown) : undefined;
}
