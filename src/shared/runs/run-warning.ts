/** A warning about a run, for example that a module could not read part of its input. */
export interface RunWarning {
  /** A stable, machine-readable code, for example `hidden-slide`. */
  code: string;
  /** One sentence for the user. */
  message: string;
  /** The name of the module that reported the warning; `null` if the server reported it. */
  module: string | null;
  /** The 1-based number of the page or slide, if the warning is about a single page or slide. */
  page?: number;
  /** The part of the file, for example a sheet's name, if the warning is about a single part. */
  part?: string;
}

const moreWarningsCode = 'more-warnings';

/** Maximum number of warnings listed for a run. Further warnings are only counted. */
export const maxRunWarnings = 100;

/**
 * Returns the first `max` warnings, followed by a warning that counts the rest if there are more.
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
    {
      code: moreWarningsCode,
      message: `… and ${omitted} more ${omitted === 1 ? 'warning' : 'warnings'}`,
      module: null,
    },
  ];
}

/** Formats a warning for display: `parser, page 3: It is blank. [blank-page]`. */
export function formatWarning({ code, message, module, page, part }: RunWarning): string {
  const location = [module, page === undefined ? undefined : `page ${page}`, part].filter(Boolean).join(', ');
  return `${location === '' ? '' : `${location}: `}${message}${code === moreWarningsCode ? '' : ` [${code}]`}`;
}

/** Converts the hosted protocol's warnings, which are strings, to run warnings. */
export function toRunWarnings(messages: readonly string[]): RunWarning[] {
  return messages.map((message) => ({ code: 'server', message, module: null }));
}
