/**
 * Returns the name of a value's built-in class, such as `Date`. Unlike `instanceof`, this also works for values from another realm:
 * under jest, a program's built-in classes are not those of Node's built-in modules.
 */
export function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

export function isDate(value: unknown): value is Date {
  return value instanceof Date || classOf(value) === 'Date';
}

export function isError(value: unknown): value is Error {
  return value instanceof Error || ['Error', 'DOMException'].includes(classOf(value));
}

export function isUrl(value: unknown): value is URL {
  return value instanceof URL || classOf(value) === 'URL';
}

/** Returns the message of a thrown value, which need not be an error. */
export function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message : String(thrown);
}

/** Returns whether an object is not an instance of a class. In another realm, `Object.prototype` differs, but has no prototype. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null;
}
