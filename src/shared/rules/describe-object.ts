import { classOf, isError, isPlainObject } from './class-of.js';

/**
 * Describes an object whose content is not in ordinary fields: a map, set, array buffer, typed array, `DataView`, error, promise or
 * regular expression. Returns `undefined` for other objects.
 */
export function describeOpaqueObject(value: object): string | undefined {
  const builtInClass = classOf(value);
  if (builtInClass === 'Map' || builtInClass === 'Set')
    return `${value.constructor.name} of ${(value as Map<unknown, unknown> | Set<unknown>).size}`;
  if (ArrayBuffer.isView(value) || builtInClass === 'ArrayBuffer')
    return `${value.constructor.name} of ${(value as ArrayBuffer).byteLength} bytes`;
  if (isError(value)) return `${value.name}: ${value.message}`;
  if (builtInClass === 'Promise') return 'promise';
  if (builtInClass === 'RegExp') {
    const { source, flags } = value as RegExp;
    return `regular expression /${source}/${flags}`;
  }
  return undefined;
}

/** Describes a class instance, an object with `toJSON`, or an array with named fields. Returns `undefined` for other objects. */
export function describeNonPlainObject(value: object): string | undefined {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function' && isPlainObject(value))
    return 'an object with `toJSON`';
  if (Array.isArray(value)) return describeArray(value);
  return isPlainObject(value) ? undefined : `an instance of ${getClassName(value)}`;
}

function describeArray(value: readonly unknown[]): string | undefined {
  const name = getClassName(value);
  if (name !== 'Array') return `an instance of ${name}`;
  // `Object.keys` lists named fields, such as `index` in a regular expression match, after the array indexes
  const last = Object.keys(value).at(-1);
  return last === undefined || /^\d+$/.test(last) ? undefined : `an array with the field '${last}'`;
}

function getClassName(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return (typeof constructor === 'function' && constructor.name) || classOf(value);
}
