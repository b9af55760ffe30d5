import { classOf, isError, isPlainObject } from './class-of.js';

/** Describes an object that stores its content outside its fields, such as a `Map`. Returns `undefined` for other objects. */
export function describeOpaque(value: object): string | undefined {
  const className = classOf(value);
  if (className === 'Map' || className === 'Set')
    return `${value.constructor.name} of ${(value as Map<unknown, unknown> | Set<unknown>).size}`;
  if (ArrayBuffer.isView(value) || className === 'ArrayBuffer')
    return `${value.constructor.name} of ${(value as ArrayBuffer).byteLength} bytes`;
  if (isError(value)) return `${value.name}: ${value.message}`;
  if (className === 'Promise') return 'promise';
  if (className === 'RegExp') {
    const { source, flags } = value as RegExp;
    return `regular expression /${source}/${flags}`;
  }
  return undefined;
}

/** Describes a class instance, an object with `toJSON`, or an array with named fields. Returns `undefined` for other objects. */
export function describeNonPlain(value: object): string | undefined {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function' && isPlainObject(value))
    return 'an object with `toJSON`';
  if (Array.isArray(value)) return describeArray(value);
  return isPlainObject(value) ? undefined : `an instance of ${className(value)}`;
}

function describeArray(value: readonly unknown[]): string | undefined {
  const name = className(value);
  if (name !== 'Array') return `an instance of ${name}`;
  // `Object.keys` lists named fields, such as `index` in a regular expression match, after the array indexes
  const last = Object.keys(value).at(-1);
  return last === undefined || Number(last) < value.length ? undefined : `an array with the field '${last}'`;
}

function className(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return (typeof constructor === 'function' && constructor.name) || classOf(value);
}
