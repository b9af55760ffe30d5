import { useMemo } from 'react';
import type { LogFilter } from '../../../data/run-log.js';
import { useUrlParams } from '../../../parts/tables/url-params.js';

const filterNames = ['level', 'log', 'step', 'line', 'wrap'] as const;

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;

/**
 * Returns the log's filter, the selected line and the wrap setting from the URL, and a function that changes them. The URL parameters `log`
 * and `step` hold the search text and the task's key.
 */
export function useLogFilters() {
  const [{ level, log, step, line, wrap }, setFilters] = useUrlParams(filterNames);
  const filter = useMemo<LogFilter>(
    () => ({ level: logLevels.find((name) => name === level) ?? 'debug', q: log, task: step }),
    [level, log, step],
  );
  const lineNumber = Number(line);
  return {
    filter,
    line: Number.isSafeInteger(lineNumber) && lineNumber > 0 ? lineNumber : undefined,
    wrap: wrap === '1',
    setFilters,
  };
}
