import type { InspectOptions } from 'node:util';
import type { Rows } from '../shared/types/rows.js';
import { formatHtmlTable, type Column } from './html-table.js';
import { showBelowCell } from './notebook.js';

interface PrintFormat<T> {
  /** Printed before the fields. */
  readonly name: string;
  /** Returns the fields to print. */
  readonly getFields: (record: T) => object;
  /** Maximum number of items to print per list. For the remaining items, only their number is printed. */
  readonly maxItems: number;
}

/** The format of a list, which is printed as text or as a table. */
interface ListFormat<T, Row> extends PrintFormat<T> {
  /** The name of the field that contains the list. If a table is shown, this field is not printed. */
  readonly listField: string;
  /** The singular noun for a row, such as `file`. */
  readonly noun: string;
  readonly toRows: (record: T) => Row[];
  readonly columns: readonly Column<Row>[];
}

const inspectKey = Symbol.for('nodejs.util.inspect.custom');

/** The `inspect` function that Node passes to a custom inspection method. */
type Inspect = (value: unknown, options: InspectOptions) => string;
type CustomInspect<T> = (this: T, depth: number | null, options: InspectOptions, inspect: Inspect) => string;

/** Defines the text that is printed for an object. If the object is a class's prototype, defines the text for all instances. */
export function definePrintedText<T extends object>(target: T, toText: (instance: T) => string): void {
  defineHidden(target, inspectKey, function (this: T): string {
    return toText(this);
  });
}

/**
 * Defines a concise printed form of an object, for consoles and notebooks. The object keeps all its fields, and
 * `console.dir(record, { depth: null })` prints all of them.
 */
export function defineShortForm<T extends object>(record: T, format: PrintFormat<T>): T {
  const customInspect: CustomInspect<T> = function (depth, options, inspect) {
    return formatRecord(format, this, format.getFields(this), depth, options, inspect);
  };
  return defineHidden(record, inspectKey, customInspect);
}

/** Defines the printed form of a list: a table if it is the value of a notebook cell's last expression, otherwise text. Adds `toRows()`. */
export function defineListForm<T extends object, Row>(list: T, format: ListFormat<T, Row>): T & Rows<Row> {
  const customInspect: CustomInspect<T> = function (depth, options, inspect) {
    const fields = format.getFields(this);
    const rows = format.toRows(this);
    // for a nested list, the remaining depth is less than `options.depth`, unless both are `null`
    const isTopLevel = depth === options.depth;
    if (
      !isTopLevel ||
      rows.length === 0 ||
      !showBelowCell(() => formatHtmlTable(format.columns, rows), customInspect)
    ) {
      return formatRecord(format, this, fields, depth, options, inspect);
    }
    const count = `${rows.length} ${format.noun}${rows.length === 1 ? '' : 's'}`;
    const { [format.listField]: _, ...others } = fields as Record<string, unknown>;
    const name = `${format.name} (${count})`;
    return Object.keys(others).length === 0
      ? name
      : formatRecord({ ...format, name }, this, others, depth, options, inspect);
  };
  const toRows = function (this: T): Row[] {
    return format.toRows(this);
  };
  return defineHidden(defineHidden(list, inspectKey, customInspect), 'toRows', toRows) as T & Rows<Row>;
}

/** Omits the fields that are `null`, an empty string or an empty array. */
export function omitEmptyFields(fields: object): object {
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
