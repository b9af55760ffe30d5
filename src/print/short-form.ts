import type { InspectOptions } from 'node:util';
import type { Rows } from '../shared/types/rows.js';
import { formatHtmlTable, type Column } from './html-table.js';
import { showBelowCell } from './notebook.js';

interface PrintFormat<T> {
  /** Printed before the fields. */
  readonly name: string;
  /** Returns the fields to print. */
  readonly fields: (record: T) => object;
  /** Maximum number of items to print per list, followed by the number of omitted items. */
  readonly maxItems: number;
}

/** A format that prints a list as text or as a table. */
interface ListFormat<T, Row> extends PrintFormat<T> {
  /** The name of the field that contains the list. A table replaces this field. */
  readonly field: string;
  /** The noun for a row, in the singular. */
  readonly noun: string;
  readonly rows: (record: T) => Row[];
  readonly columns: readonly Column<Row>[];
}

const inspectKey = Symbol.for('nodejs.util.inspect.custom');

/** The `inspect` function that Node passes to a custom inspection method. */
type Inspect = (value: unknown, options: InspectOptions) => string;
type Print<T> = (this: T, depth: number | null, options: InspectOptions, inspect: Inspect) => string;

/** Defines the text that is printed for an object, or for each instance of a prototype's class. */
export function printAs<T extends object>(target: T, toText: (instance: T) => string): void {
  defineHidden(target, inspectKey, function (this: T): string {
    return toText(this);
  });
}

/**
 * Defines a concise printed form of an object, for consoles and notebooks. The object keeps all its fields, and
 * `console.dir(record, { depth: null })` prints all of them.
 */
export function printShort<T extends object>(record: T, format: PrintFormat<T>): T {
  const print: Print<T> = function (depth, options, inspect) {
    return formatRecord(format, this, format.fields(this), depth, options, inspect);
  };
  return defineHidden(record, inspectKey, print);
}

/** Defines the printed form of a list: a table for the last expression of a notebook cell, otherwise concise text. Adds `toRows()`. */
export function printList<T extends object, Row>(list: T, format: ListFormat<T, Row>): T & Rows<Row> {
  const print: Print<T> = function (depth, options, inspect) {
    const fields = format.fields(this);
    const rows = format.rows(this);
    // inside another value, the remaining depth is less than the requested depth
    const isTopLevel = depth === options.depth;
    if (!isTopLevel || rows.length === 0 || !showBelowCell(() => formatHtmlTable(format.columns, rows), print)) {
      return formatRecord(format, this, fields, depth, options, inspect);
    }
    const count = `${rows.length} ${format.noun}${rows.length === 1 ? '' : 's'}`;
    const { [format.field]: _, ...others } = fields as Record<string, unknown>;
    const name = `${format.name} (${count})`;
    return Object.keys(others).length === 0
      ? name
      : formatRecord({ ...format, name }, this, others, depth, options, inspect);
  };
  const toRows = function (this: T): Row[] {
    return format.rows(this);
  };
  return defineHidden(defineHidden(list, inspectKey, print), 'toRows', toRows) as T & Rows<Row>;
}

/** Omits the fields that are `null`, an empty string or an empty array. */
export function withoutEmpty(fields: object): object {
  const isEmpty = (value: unknown): boolean =>
    value === null || value === '' || (Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Adds a non-enumerable method, which spreading, JSON and deep comparisons ignore. */
function defineHidden<T extends object>(target: T, key: string | symbol, method: CallableFunction): T {
  return Object.defineProperty(target, key, { configurable: true, writable: true, value: method });
}

/** Formats a record for `inspect`. @param depth The remaining depth, or `null` to print all fields. */
function formatRecord<T extends object>(
  { name, maxItems }: Pick<PrintFormat<T>, 'name' | 'maxItems'>,
  record: T,
  fields: object,
  depth: number | null,
  options: InspectOptions,
  inspect: Inspect,
): string {
  if (depth === null) return `${name} ${inspect({ ...record }, options)}`;
  if (depth < 0) return `[${name}]`;
  const limits = { depth: 5, maxArrayLength: maxItems, maxStringLength: 300 };
  return `${name} ${inspect(fields, { ...options, ...limits })}`;
}
