/** A warning that a module left out, guessed or could not read a part of its input. */
export interface RunWarning {
  /** A stable, machine-readable code, for example `hidden-slide`. */
  code: string;
  /** One sentence for the user. */
  message: string;
  /** The module that warned; `null` for the server itself. */
  module: string | null;
  /** The page or slide, from 1, if the warning is about a single one. */
  page?: number;
  /** The part of the file, for example the name of a sheet, if the warning is about a single one. */
  part?: string;
}

const moreWarnings = 'more-warnings';

/** Maximum number of warnings kept for a run. The rest are counted. */
export const maxRunWarnings = 100;

/** Returns the first `max` warnings. If there are more, the last one says how many. */
export function limitWarnings(
  warnings: readonly RunWarning[],
  count: number = warnings.length,
  max: number = maxRunWarnings,
): RunWarning[] {
  const kept = warnings.slice(0, max);
  const left = count - kept.length;
  if (left <= 0) return kept;
  return [
    ...kept,
    { code: moreWarnings, message: `… and ${left} more ${left === 1 ? 'warning' : 'warnings'}`, module: null },
  ];
}

/** Formats a warning for people: `parser, page 3: It is blank. [blank-page]`. */
export function showWarning({ code, message, module, page, part }: RunWarning): string {
  const place = [module, page === undefined ? undefined : `page ${page}`, part].filter(Boolean).join(', ');
  return `${place === '' ? '' : `${place}: `}${message}${code === moreWarnings ? '' : ` [${code}]`}`;
}

/** Returns the warnings of the hosted protocol, which are strings. */
export function serverWarnings(messages: readonly string[]): RunWarning[] {
  return messages.map((message) => ({ code: 'server', message, module: null }));
}
