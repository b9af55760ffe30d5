type Parse = (text: string) => unknown;
/**
 * Converts column values to JavaScript values on both backends. The conversions are node-postgres's defaults (timestamptz becomes
 * a `Date`, json and jsonb are parsed, numeric stays a string), except that int8 becomes a number.
 */
export declare const valueTypes: {
    getTypeParser(oid: number, format?: 'text' | 'binary'): Parse;
};
export {};
