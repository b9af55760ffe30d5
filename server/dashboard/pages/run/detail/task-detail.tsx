import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Json } from 'millrace/shared/types/json.js';
import { useTaskValues } from '../../../data/run.js';
import { SegmentedControl } from '../../../parts/basics/segmented.js';
import { JsonView } from '../../../parts/content/json-view.js';
import { ErrorState } from '../../../parts/feedback/error-state.js';
import { useText } from '../../../text/language.js';
import { sharedText } from '../../../text/shared-text.js';
import { runText } from '../../../text/run.js';
import type { Lane } from '../timeline/lanes.js';
import { TaskFacts } from './task-facts.js';
import { RunErrorView } from '../../../parts/outcome/run-error.js';
import { Attempts } from './attempts.js';
import styles from './detail.module.css';

type Tab = 'output' | 'input' | 'attempts' | 'facts';

export function TaskDetail({ lane, task }: { readonly lane: Lane; readonly task: TaskStatus }) {
  const text = useText(runText);
  const [tab, setTab] = useState<Tab>(task.attempt > 1 ? 'attempts' : 'output');
  return (
    <>
      {task.error && <RunErrorView error={task.error} state={task.state} isHosted={false} />}
      {lane.childRunId !== null && (
        <p>
          <Link href={`/runs/${lane.childRunId}`}>{text.openSubflow}</Link>
        </p>
      )}
      <DetailTabs tab={tab} onChange={setTab} tabs={['output', 'input', 'attempts', 'facts']} />
      {tab === 'attempts' && <Attempts task={task} failedAttempts={lane.failedAttempts} />}
      {tab === 'facts' && <TaskFacts task={task} />}
      {(tab === 'output' || tab === 'input') && <TaskValue lane={lane} task={task} kind={tab} />}
    </>
  );
}

function TaskValue({
  lane,
  task,
  kind,
}: {
  readonly lane: Lane;
  readonly task: TaskStatus;
  readonly kind: 'output' | 'input';
}) {
  const text = useText(runText);
  const { loading } = useText(sharedText);
  const { data, error, isPending, refetch } = useTaskValues(lane.runId, task);
  if (isPending) return <p className={styles['quiet']}>{loading}</p>;
  if (error && !data) return <ErrorState error={error} brief onRetry={() => void refetch()} />;
  const value = data?.[kind];
  if (value === undefined) {
    const isOutputPending = kind === 'output' && task.finishedAt === null;
    return <p className={styles['quiet']}>{isOutputPending ? text.noOutput : text.valueNotAvailable}</p>;
  }
  return <JsonView value={value} label={text.tabs[kind]} />;
}

export interface DetailTabsProps<AvailableTab extends string> {
  readonly tab: AvailableTab;
  readonly tabs: readonly AvailableTab[];
  readonly onChange: (tab: AvailableTab) => void;
}

export function DetailTabs<AvailableTab extends Tab>({
  tab,
  tabs,
  onChange,
}: DetailTabsProps<AvailableTab>): ReactNode {
  const text = useText(runText);
  const options = tabs.map((value) => ({ value, label: text.tabs[value] }));
  return (
    <div className={styles['tabs']}>
      <SegmentedControl label={text.details} value={tab} options={options} onChange={onChange} />
    </div>
  );
}

export function JsonValue({
  value,
  label,
  emptyText,
}: {
  readonly value: Json;
  readonly label: string;
  readonly emptyText: string;
}) {
  return value === null ? <p className={styles['quiet']}>{emptyText}</p> : <JsonView value={value} label={label} />;
}
