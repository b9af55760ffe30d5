import { ValidationError } from '../errors/validation-error.js';
import { findNearestName } from '../shared/rules/nearest-name.js';
import { isObject, formatValue } from '../shared/rules/format-value.js';
import type { Issue } from '../shared/types/error-code.js';
import type { OptionRule, OptionRules } from './option-rules.js';

/**
 * Checks the options of a call.
 *
 * @param callName The call's name in error messages, such as `process()`.
 * @param show Formats the value of `options` for the error message if that value is not an object.
 * @throws `ValidationError` if `options` is invalid. The error lists all problems.
 */
export function checkOptions<T extends object>(
  options: T,
  rules: OptionRules<keyof T & string>,
  callName: string,
  show = formatValue,
): void {
  const issues = new Issues();
  issues.check(options, rules, callName, show);
  issues.throwIfAny();
}

/** Collects the problems with a call's arguments, so that one error can list all of them. */
export class Issues {
  readonly #list: Issue[] = [];

  /** Adds an issue and prefixes its message with the path. Does nothing if `message` is `undefined`. */
  add(path: (string | number)[], message: string | undefined): void {
    if (message !== undefined) this.#list.push({ path, message: `${formatPathPrefix(path)}${message}` });
  }

  /** Adds the issues of the value at `path`. The paths of `issues` are relative to that value. */
  addAll(path: (string | number)[], issues: readonly Issue[]): void {
    for (const issue of issues) this.add([...path, ...issue.path], issue.message);
  }

  /**
   * Adds an issue for each unknown option, and for each option that breaks its rule.
   *
   * @returns The options, or an empty object if `options` is not an object.
   */
  check<T extends object>(options: T, rules: OptionRules<keyof T & string>, callName: string, show = formatValue): T {
    if (!isObject(options)) {
      this.add([], `Expected the options for ${callName} to be an object, got ${show(options)}`);
      return {} as T;
    }
    const knownNames = Object.keys(rules);
    for (const name of Object.keys(options)) {
      if (!knownNames.includes(name))
        this.#list.push({ path: [name], message: describeUnknownOption(name, knownNames, callName) });
    }
    this.checkValues(options, rules);
    return options;
  }

  /** Adds an issue for each option in `rules` that breaks its rule. Other options are ignored. */
  checkValues(options: object, rules: OptionRules): void {
    for (const [name, rule] of Object.entries(rules)) {
      this.#checkValue(name, (options as Record<string, unknown>)[name], rule);
    }
  }

  /** @throws `ValidationError` if there are any issues. */
  throwIfAny(): void {
    if (this.#list.length > 0) throw new ValidationError(this.#list);
  }

  #checkValue(name: string, value: unknown, rule: OptionRule): void {
    if (typeof rule === 'function') {
      const problem = value === undefined ? undefined : rule(value);
      if (typeof problem === 'string') this.add([name], problem);
      else this.addAll([name], problem ?? []);
      return;
    }
    if (value === undefined ? !rule.isRequired : rule.holds(value)) return;
    const { explain, show = formatValue } = rule;
    const message = explain ? explain(value) : `Expected \`${name}\` to be ${rule.description}, got ${show(value)}`;
    this.#list.push({ path: [name], message });
  }
}

function describeUnknownOption(name: string, knownNames: readonly string[], callName: string): string {
  return `Expected only options that ${callName} accepts, got \`${name}\`: ${getHint(name, knownNames)}`;
}

function getHint(name: string, knownNames: readonly string[]): string {
  const suggestion = findNearestName(name, knownNames, synonyms);
  if (suggestion !== undefined) return `did you mean \`${suggestion}\`?`;
  if (findNearestName(name, ['chain', 'moduleChain']) !== undefined)
    return 'the chain is an argument of createPipeline()';
  return `the options are ${knownNames.join(', ')}`;
}

/** Option names that other libraries use, mapped to the option names of this library. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['baseUrl', 'apiUrl'],
  ['description', 'fileDescription'],
  ['dir', 'symbolicDirectoryPath'],
  ['directory', 'symbolicDirectoryPath'],
  ['endpoint', 'apiUrl'],
  ['limit', 'maxFiles'],
  ['onProgress', 'onStatus'],
  ['outDir', 'localSaveDirectory'],
  ['output', 'localSaveDirectory'],
  ['outputDir', 'localSaveDirectory'],
  ['outputDirectory', 'localSaveDirectory'],
  ['overwrite', 'ifExists'],
  ['parallel', 'concurrency'],
  ['retries', 'maxRetries'],
  ['saveDir', 'localSaveDirectory'],
  ['saveDirectory', 'localSaveDirectory'],
  ['saveTo', 'localSaveDirectory'],
  ['tags', 'fileTags'],
  ['token', 'apiKey'],
  ['topK', 'k'],
  ['ttl', 'expireTime'],
  ['url', 'apiUrl'],
  ['wait', 'waitForProcess'],
]);

function formatPathPrefix(path: (string | number)[]): string {
  const [name, ...rest] = path;
  if (name === undefined) return '';
  return `${name}${rest.map((part) => `[${part}]`).join('')}: `;
}
