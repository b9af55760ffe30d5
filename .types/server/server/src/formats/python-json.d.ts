/** A number that is a float in Python. `json.dumps` writes it with a fraction or an exponent: `1.0`, never `1`. */
export declare class Float {
    readonly value: number;
    constructor(value: number);
}
/** A value in a module's JSON output. A plain number must be an integer. */
export type PythonValue = string | number | boolean | null | Float | readonly PythonValue[] | {
    readonly [key: string]: PythonValue;
};
/**
 * Serializes a value as Python's `json.dumps` does: with the separators `", "` and `": "`, and non-ASCII characters as
 * `\uXXXX`.
 *
 * @param indent Number of spaces per level, as in `json.dumps(value, indent=indent)`. @default everything on one line
 * @param level The value's nesting level.
 */
export declare function toPythonJson(value: PythonValue, indent?: number, level?: number): string;
/** Returns the line break and indentation that precede a value at this level. */
export declare function newline(indent: number, level: number): string;
/**
 * Rounds as Python's `round(value, digits)` does. It rounds the exact value, and ties go to the even digit. Only a number that is
 * exact in binary can be a tie.
 *
 * @param digits The number of decimal places, from 0 to 20.
 */
export declare function pythonRound(value: number, digits: number): number;
