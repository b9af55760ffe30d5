import { ValidationError } from '../errors/validation-error.js';
import { findUnknownOptions } from '../shared/rules/option-names.js';
import { showValue } from '../shared/rules/show-value.js';
import type { Issue } from '../shared/types/issue.js';

/** Collects what is wrong with the arguments of one call, so that all of it is said at once. */
export class Issues {
  readonly #list: Issue[] = [];

  /** @param message Nothing is wrong when it is `undefined`. */
  add(path: (string | number)[], message: string | undefined): void {
    if (message !== undefined) this.#list.push({ path, message: `${describePath(path)}${message}` });
  }

  /** What a rule for a list found, whose paths start inside it. */
  addAll(path: (string | number)[], issues: readonly Issue[]): void {
    for (const issue of issues) this.add([...path, ...issue.path], issue.message);
  }

  /** Names options that do not exist. @returns The options, or an empty object when they are none. */
  addUnknown<T extends object>(options: T, known: readonly string[], of: string): T {
    if (typeof options !== 'object' || (options as object | null) === null || Array.isArray(options)) {
      this.add([], `Expected the options of ${of} to be an object, got ${showValue(options)}`);
      return {} as T;
    }
    for (const [name, message] of findUnknownOptions(options, known, of)) this.#list.push({ path: [name], message });
    return options;
  }

  /** @param holds Looked at only when the option is given. */
  expect(name: string, value: unknown, holds: boolean, rule: string): void {
    if (value !== undefined && !holds) {
      this.#list.push({ path: [name], message: `Expected \`${name}\` to be ${rule}, got ${showValue(value)}` });
    }
  }

  /** @throws `ValidationError` when anything is wrong. */
  throwIfAny(): void {
    if (this.#list.length > 0) throw new ValidationError(this.#list);
  }
}

function describePath(path: (string | number)[]): string {
  const [name, ...rest] = path;
  if (name === undefined) return '';
  return `${name}${rest.map((part) => `[${part}]`).join('')}: `;
}
