import type { ReactNode } from 'react';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { StateBadge } from '../../../parts/records/state-badge.js';
import { Duration, Time } from '../../../parts/records/time.js';
import { describeUsage } from '../../../parts/records/describe-usage.js';
import { useLanguage, useText } from '../../../text/language.js';
import { sharedText } from '../../../text/shared-text.js';
import { runText } from '../../../text/run.js';
import styles from './detail.module.css';

export function TaskFacts({ task }: { readonly task: TaskStatus }) {
  const text = useText(runText);
  const { language } = useLanguage();
  const shared = useText(sharedText);
  const facts: [string, ReactNode][] = [
    [text.key, <code key="key">{escapeInvisible(task.key)}</code>],
    [text.state, <StateBadge key="state" state={task.state} />],
    ...(task.model === null ? [] : [[text.model, escapeInvisible(task.model)] as [string, ReactNode]]),
    ...(task.version === null ? [] : [['', text.facts.version(escapeInvisible(task.version))] as [string, ReactNode]]),
    ...(task.after.length === 0 ? [] : [[text.after, escapeInvisible(task.after.join(', '))] as [string, ReactNode]]),
    [text.facts.started, <Time key="started" at={task.startedAt} />],
    [text.finished, <Time key="finished" at={task.finishedAt} />],
    ...(task.usage ? [[shared.usage, describeUsage(task.usage, language, shared)] as [string, ReactNode]] : []),
    [text.duration, <Duration key="duration" ms={task.durationMs} since={task.startedAt} />],
  ];
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
