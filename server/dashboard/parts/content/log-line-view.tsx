import { useState } from 'react';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { sharedText } from '../../text/shared-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { truncateText, escapeInvisible } from '../basics/escape-invisible.js';
import { formatNumber } from '../records/format.js';
import { Time } from '../records/time.js';
import styles from './log-view.module.css';

const maxLength = 2000;
const levelLabels = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

export interface LogLineViewProps {
  readonly line: StoredLogLine;
  readonly wrap: boolean;
  readonly isSelected: boolean;
  readonly onSelect?: (lineNumber: number) => void;
}

export function LogLineView({
  line: { line, at, level, task, message },
  wrap,
  isSelected,
  onSelect,
}: LogLineViewProps) {
  const text = useText(sharedText);
  const { language } = useLanguage();
  const [isExpanded, setExpanded] = useState(false);
  const shownMessage = isExpanded ? message : truncateText(message, maxLength);
  return (
    <div
      className={styles['line']}
      data-level={level}
      data-selected={isSelected || undefined}
      data-wrap={wrap || undefined}
    >
      <button type="button" className={styles['timestamp']} onClick={() => onSelect?.(line)}>
        <Time at={at} timeOnly />
        <span className="visually-hidden">{text.lineLink(line)}</span>
      </button>
      <span className={styles['level']}>{levelLabels[level]}</span>
      {task !== null && <bdi className={styles['task']}>{escapeInvisible(task)}</bdi>}
      <bdi className={styles['message']}>{shownMessage === '' ? text.emptyLine : escapeInvisible(shownMessage)}</bdi>
      {shownMessage.length < message.length && (
        <Button kind="quiet" onClick={() => setExpanded(true)}>
          {text.showAllCharacters(formatNumber(message.length, language))}
        </Button>
      )}
    </div>
  );
}
