import { useState } from 'react';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { partsText } from '../../text/parts.js';
import { useLanguage, useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { cutText, visibleText } from '../basics/visible-text.js';
import { Time } from '../records/time.js';
import styles from './log-view.module.css';

const maxLength = 2000;
const levels = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

export interface LogLineViewProps {
  readonly line: StoredLogLine;
  readonly wrap: boolean;
  readonly selected: boolean;
  readonly onSelect?: (line: number) => void;
}

export function LogLineView({ line: { line, at, level, task, message }, wrap, selected, onSelect }: LogLineViewProps) {
  const text = useText(partsText);
  const { language } = useLanguage();
  const [whole, setWhole] = useState(false);
  const shown = whole ? message : cutText(message, maxLength);
  return (
    <div
      className={styles['line']}
      data-level={level}
      data-selected={selected || undefined}
      data-wrap={wrap || undefined}
    >
      <button type="button" className={styles['at']} onClick={() => onSelect?.(line)}>
        <Time at={at} clock />
        <span className="only-read-aloud">{text.lineLink(line)}</span>
      </button>
      <span className={styles['level']}>{levels[level]}</span>
      {task !== null && <bdi className={styles['task']}>{visibleText(task)}</bdi>}
      <bdi className={styles['message']}>{shown === '' ? text.emptyLine : visibleText(shown)}</bdi>
      {shown.length < message.length && (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          {text.whole(message.length.toLocaleString(language))}
        </Button>
      )}
    </div>
  );
}
