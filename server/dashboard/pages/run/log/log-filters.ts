import { useMemo } from 'react';
import type { LogFilter } from '../../../data/run-log.js';
import { useUrlFilters } from '../../../parts/tables/url-filters.js';

const names = ['level', 'log', 'step', 'line', 'wrap'] as const;

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;

/** Reads and sets the log's filters, which are in the URL: `log` is the text to search for, `step` the key of a task run. */
export function useLogFilters() {
  const [{ level, log, step, line, wrap }, setFilters] = useUrlFilters(names);
  const filter = useMemo<LogFilter>(
    () => ({ level: logLevels.find((known) => known === level) ?? 'debug', q: log, task: step }),
    [level, log, step],
  );
  const number = Number(line);
  return {
    filter,
    line: Number.isSafeInteger(number) && number > 0 ? number : undefined,
    wrap: wrap === '1',
    setFilters,
  };
}
