/** A warning about a run, for example that a module could not read part of its input. */
export interface RunWarning {
  /** A stable, machine-readable code, for example `hidden-slide`. */
  code: string;
  /** One sentence for the user. */
  message: string;
  /** The module that warned; `null` for the server itself. */
  module: string | null;
  /** The 1-based number of the page or slide, if the warning is about a single one. */
  page?: number;
  /** The part of the file, for example a sheet's name, if the warning is about a single part. */
  part?: string;
}

const moreWarnings = 'more-warnings';

/** Maximum number of warnings that are shown for a run. The rest are only counted. */
export const maxRunWarnings = 100;

/**
 * Returns the first `max` warnings. If there are more, adds a warning that counts the rest.
 *
 * @param count The number of warnings, including those that `warnings` omits.
 */
export function limitWarnings(
  warnings: readonly RunWarning[],
  count: number = warnings.length,
  max: number = maxRunWarnings,
): RunWarning[] {
  const first = warnings.slice(0, max);
  const omitted = count - first.length;
  if (omitted <= 0) return first;
  return [
    ...first,
    { code: moreWarnings, message: `… and ${omitted} more ${omitted === 1 ? 'warning' : 'warnings'}`, module: null },
  ];
}

/** Formats a warning for people: `parser, page 3: It is blank. [blank-page]`. */
export function showWarning({ code, message, module, page, part }: RunWarning): string {
  const location = [module, page === undefined ? undefined : `page ${page}`, part].filter(Boolean).join(', ');
  return `${location === '' ? '' : `${location}: `}${message}${code === moreWarnings ? '' : ` [${code}]`}`;
}

/** Converts the hosted protocol's warnings, which are strings, to run warnings. */
export function serverWarnings(messages: readonly string[]): RunWarning[] {
  return messages.map((message) => ({ code: 'server', message, module: null }));
}
