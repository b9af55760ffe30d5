import { useState } from 'react';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { Button } from '../../../parts/basics/button.js';
import { Name } from '../../../parts/basics/name.js';
import { Panel } from '../../../parts/basics/panel.js';
import { FileLink, RunLink } from '../../../parts/records/links.js';
import { StateBadge } from '../../../parts/records/state-badge.js';
import { useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { useLogFilters } from '../log/log-filters.js';
import type { Lane } from '../timeline/lanes.js';
import { DetailTabs, TaskDetail, JsonValue } from './task-detail.js';
import { RunErrorView } from '../../../parts/outcome/run-error.js';
import { Warnings } from '../../../parts/outcome/warnings.js';
import styles from './detail.module.css';

export interface DetailPanelProps {
  readonly run: RunStatus;
  readonly lane: Lane | undefined;
  /** Called when the user closes the details of the lane. */
  readonly onDeselect: () => void;
  /** Returns a function that selects the lane of a task; `undefined` if the timeline has no lane for the task. */
  readonly getTaskSelector: (keyOrName: string) => (() => void) | undefined;
  /** Opens the rerun dialog with a step selected; `undefined` if the run has not ended or the API key's role does not allow reruns. */
  readonly onRerunFrom: ((key: string) => void) | undefined;
}

/** The details of the selected lane or, without a selection, of the whole run. */
export function DetailPanel({ run, lane, onDeselect, getTaskSelector, onRerunFrom }: DetailPanelProps) {
  const text = useText(runText);
  const task = lane?.task;
  const { setFilters } = useLogFilters();
  const isTaskOfRun = lane?.runId === run.requestId && task !== undefined;
  return (
    <Panel
      title={
        lane ? (
          <span className={styles['title']}>
            <Name strong>{lane.name}</Name> <StateBadge state={lane.state} late={lane.late} />
          </span>
        ) : (
          text.wholeRun
        )
      }
      aside={
        lane && (
          <>
            {isTaskOfRun && (
              <Button kind="quiet" onClick={() => setFilters({ step: task.key })}>
                {text.stepLog}
              </Button>
            )}
            {isTaskOfRun && onRerunFrom && (
              <Button onClick={() => onRerunFrom(task.key)}>{text.actions.rerunFrom}</Button>
            )}
            <Button kind="quiet" aria-label={text.wholeRun} title={text.wholeRun} onClick={onDeselect}>
              ×
            </Button>
          </>
        )
      }
    >
      {lane && task && <TaskDetail key={lane.id} lane={lane} task={task} />}
      {lane?.child && !task && <ChildRunDetail lane={lane} />}
      {!lane && <RunDetail run={run} getTaskSelector={getTaskSelector} />}
      <Warnings warnings={run.warnings} />
    </Panel>
  );
}

function ChildRunDetail({ lane: { child } }: { readonly lane: Lane }) {
  const text = useText(runText);
  if (!child) return null;
  return (
    <>
      {child.error && <RunErrorView error={child.error} state={child.state} isHosted={child.kind === 'hosted'} />}
      <p>
        {text.openSubflow}: <RunLink id={child.requestId} name={child.name} />
      </p>
      {child.fileId !== null && (
        <p>
          <FileLink id={child.fileId}>{text.openFile}</FileLink>
        </p>
      )}
    </>
  );
}

function RunDetail({ run, getTaskSelector }: Pick<DetailPanelProps, 'run' | 'getTaskSelector'>) {
  const text = useText(runText);
  const [tab, setTab] = useState<'output' | 'input'>('output');
  return (
    <>
      {run.error && (
        <RunErrorView
          error={run.error}
          state={run.state}
          isHosted={run.kind === 'hosted'}
          onSelectTask={run.error.task === undefined ? undefined : getTaskSelector(run.error.task)}
        />
      )}
      <DetailTabs tab={tab} tabs={['output', 'input']} onChange={setTab} />
      {tab === 'input' && <JsonValue value={run.input} label={text.tabs.input} emptyText={text.noInput} />}
      {tab === 'output' && run.fileId !== null && (
        <p>
          {run.state === 'completed' ? text.outputOfFile : text.noOutputOfFile}{' '}
          <FileLink id={run.fileId}>{text.openFile}</FileLink>
        </p>
      )}
      {tab === 'output' && run.fileId === null && (
        <JsonValue value={run.result} label={text.tabs.output} emptyText={text.noOutput} />
      )}
    </>
  );
}
