import { UsageError } from '../command.js';

/** Parses a non-negative integer. @throws `UsageError` if the text is invalid or the number is out of range. */
export function readInteger(
  option: string,
  text: string | undefined,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `, at least ${min}` : ` between ${min} and ${max}`;
  throw new UsageError(`Expected --${option} to be a whole number${bounds}, got '${text}'.`);
}

/** Returns the value if it is one of the choices. @throws `UsageError` if it is not. */
export function readChoice<const T extends string>(
  option: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`Expected --${option} to be one of ${choices.join(', ')}, got '${text}'.`);
}

/** Parses a comma-separated list. @throws `UsageError` if an item is empty. */
export function readList(option: string, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw new UsageError(`Expected --${option} to be a comma-separated list of names, got '${text}'.`);
}

/** Splits `key=value` at the first `=`. @throws `UsageError` if the `=` or the key is missing. */
export function readPair(option: string, text: string): [key: string, value: string] {
  const separator = text.indexOf('=');
  if (separator > 0) return [text.slice(0, separator), text.slice(separator + 1)];
  throw new UsageError(`Expected --${option} to have the form key=value, got '${text}'.`);
}

/** Parses the `key=value` arguments of `--tag` options. Each becomes an object with one key. */
export function readTags(texts: readonly string[] | undefined): Record<string, string>[] | undefined {
  return texts?.map((text) => {
    const [key, value] = readPair('tag', text);
    return { [key]: value };
  });
}
