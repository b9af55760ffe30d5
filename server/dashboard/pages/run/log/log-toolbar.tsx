import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { LogCounts, LogFilter } from '../../../data/run-log.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { SearchField, SelectField } from '../../../parts/tables/filter-bar.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { getLaneName } from '../timeline/lanes.js';
import { logLevels } from './log-filters.js';
import styles from './log.module.css';

/** The maximum number of steps in the step filter. */
const maxSteps = 300;

export interface LogToolbarProps {
  readonly run: RunStatus;
  readonly filter: LogFilter;
  readonly counts: LogCounts | undefined;
  /** Called with the changed filters: `log` is the search text, and `step` a task's key. An empty string clears a filter. */
  readonly onChange: (changes: { readonly level?: string; readonly log?: string; readonly step?: string }) => void;
}

export function LogToolbar({ run, filter, counts, onChange }: LogToolbarProps) {
  const text = useText(runText);
  const { language } = useLanguage();
  const countLinesFrom = (level: (typeof logLevels)[number]) =>
    logLevels.slice(logLevels.indexOf(level)).reduce((sum, includedLevel) => sum + (counts?.[includedLevel] ?? 0), 0);
  return (
    <div className={styles['tools']}>
      <SearchField
        label={text.searchLog}
        value={filter.q ?? ''}
        onChange={(searchText) => onChange({ log: searchText })}
      />
      <SelectField
        label={text.level}
        value={filter.level}
        isRequired
        options={logLevels.map((level) => ({
          value: level,
          label: counts
            ? `${text.levels[level]} (${countLinesFrom(level).toLocaleString(localeOf(language))})`
            : text.levels[level],
        }))}
        onChange={(level) => onChange({ level: level === 'debug' ? '' : level })}
      />
      <SelectField
        label={text.step}
        value={filter.task ?? ''}
        options={run.tasks.slice(0, maxSteps).map((task) => ({
          value: task.key,
          label: escapeInvisible(getLaneName(run, task)),
        }))}
        onChange={(step) => onChange({ step })}
      />
    </div>
  );
}
