import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;

type Parse = (text: string) => unknown;

const getDefaultParser = pg.types.getTypeParser as (oid: number, format?: string) => Parse;

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Expected a bigint column to fit in a JavaScript number, got ${text}. Select it as text.`);
}

function parseInt8Array(text: string): unknown {
  const strings = getDefaultParser(INT8_ARRAY)(text) as (string | null)[];
  return strings.map((item) => (item === null ? null : parseInt8(item)));
}

const overrides = new Map<number, Parse>([
  [INT8, parseInt8],
  [INT8_ARRAY, parseInt8Array],
]);

/**
 * Converts column values to JavaScript values on both backends. Uses node-postgres's defaults (timestamptz becomes a `Date`, json and
 * jsonb are parsed, numeric becomes a string), except that int8 becomes a number. Throws if an int8 is not a safe integer.
 */
export const valueTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parse {
    return overrides.get(oid) ?? getDefaultParser(oid, format);
  },
};
