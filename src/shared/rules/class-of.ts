/**
 * Returns the name of a value's built-in class, such as `Date`. Unlike `instanceof`, this also works for values from another realm.
 * Under Jest, for example, the code under test and Node's built-in modules run in different realms.
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

/** Returns the message of an error, or any other thrown value as a string. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return isError(thrown) ? thrown.message : String(thrown);
  } catch {
    // `String` throws, for example, for an object without a prototype
    return 'an error that cannot be shown';
  }
}

/** Returns whether an object is a plain object, even if it is from another realm. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // another realm has its own `Object.prototype`, which has no prototype either
  return typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null;
}
