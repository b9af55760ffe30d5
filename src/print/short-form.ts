import type { InspectOptions } from 'node:util';
import type { Rows } from '../shared/types/rows.js';
import { htmlTable, type Column } from './html-table.js';
import { showBelowCell } from './notebook.js';

/** The printed form of a record. */
interface ShortForm<T> {
  readonly name: string;
  /** Returns the fields to print. */
  readonly digest: (record: T) => object;
  /** Maximum number of items to print per list. The rest are only counted. */
  readonly maxItems: number;
}

/** The printed form of a list, with its rows. */
interface ListForm<T, Row> extends ShortForm<T> {
  /** The field of the digest that a table replaces. */
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

/** Makes an object, or all instances of a prototype, print as the given text. */
export function printAs<T extends object>(target: T, text: (self: T) => string): void {
  hide(target, inspectKey, function (this: T): string {
    return text(this);
  });
}

/**
 * Makes an object print concisely in consoles and notebooks. Its fields do not change, so property access, JSON and comparisons
 * still include all of them, and `console.dir(record, { depth: null })` prints everything.
 */
export function printShort<T extends object>(record: T, form: ShortForm<T>): T {
  const print: Print<T> = function (depth, options, inspect) {
    return printIn(form, this, form.digest(this), depth, options, inspect);
  };
  return hide(record, inspectKey, print);
}

/** Makes a list print concisely, and as a table at the end of a notebook cell. Adds `toRows()`. */
export function printList<T extends object, Row>(list: T, form: ListForm<T, Row>): T & Rows<Row> {
  const print: Print<T> = function (depth, options, inspect) {
    const digest = form.digest(this);
    const rows = form.rows(this);
    // inside another value, the remaining depth is smaller than the requested one
    const isWhole = depth === options.depth;
    if (!isWhole || rows.length === 0 || !showBelowCell(() => htmlTable(form.columns, rows), print)) {
      return printIn(form, this, digest, depth, options, inspect);
    }
    const count = `${rows.length} ${form.noun}${rows.length === 1 ? '' : 's'}`;
    const { [form.field]: _, ...fields } = digest as Record<string, unknown>;
    const name = `${form.name} (${count})`;
    return Object.keys(fields).length === 0 ? name : printIn({ ...form, name }, this, fields, depth, options, inspect);
  };
  const toRows = function (this: T): Row[] {
    return form.rows(this);
  };
  return hide(hide(list, inspectKey, print), 'toRows', toRows) as T & Rows<Row>;
}

/** Returns the fields that have a value. */
export function withoutEmpty(fields: object): object {
  const isEmpty = (value: unknown): boolean =>
    value === null || value === '' || (Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Adds a method that is not enumerable, so that spreading, JSON and deep comparisons ignore it. */
function hide<T extends object>(target: T, key: string | symbol, method: CallableFunction): T {
  return Object.defineProperty(target, key, { configurable: true, writable: true, value: method });
}

function printIn<T extends object>(
  { name, maxItems }: Pick<ShortForm<T>, 'name' | 'maxItems'>,
  record: T,
  digest: object,
  depth: number | null,
  options: InspectOptions,
  inspect: Inspect,
): string {
  if (depth === null) return `${name} ${inspect({ ...record }, options)}`;
  if (depth < 0) return `[${name}]`;
  const limits = { depth: 5, maxArrayLength: maxItems, maxStringLength: 300 };
  return `${name} ${inspect(digest, { ...options, ...limits })}`;
}
