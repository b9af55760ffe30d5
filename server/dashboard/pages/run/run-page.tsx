import { useMemo, useState } from 'react';
import { useParams } from 'wouter';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { ServerError } from '../../data/api.js';
import { useChildRuns, useFailedAttempts, useRunsById, useRun } from '../../data/run.js';
import { usePrefetchRunLog } from '../../data/run-log.js';
import { useHasRole } from '../../data/session.js';
import { Columns } from '../../parts/basics/columns.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Stack } from '../../parts/basics/stack.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useKeyboardShortcuts } from '../../parts/keyboard/keyboard.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { sharedText } from '../../text/shared-text.js';
import { runText } from '../../text/run.js';
import { RunActions } from './actions/run-actions.js';
import { DetailPanel } from './detail/detail-panel.js';
import { useLogFilters } from './log/log-filters.js';
import { LogPanel } from './log/log-panel.js';
import { RunHeader } from './run-header.js';
import { toLanes, findExpandedRunIds, type Lane } from './timeline/lanes.js';
import { Timeline } from './timeline/timeline.js';

export function RunPage() {
  const { id } = useParams<{ id: string }>();
  return <RunLoader key={id} id={id} />;
}

function RunLoader({ id }: { readonly id: string }) {
  const text = useText(runText);
  const shared = useText(sharedText);
  const { filter, line } = useLogFilters();
  const [initialLine] = useState(line);
  usePrefetchRunLog(id, filter, initialLine);
  const { data: run, error, refetch } = useRun(id);
  if (error instanceof ServerError && error.status === 404)
    return (
      <>
        <PageHeader title={text.notFound} />
        <EmptyState title={error.message} />
      </>
    );
  if (run) return <LoadedRun run={run} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <p role="status">{shared.loading}</p>;
}

const urlParamNames = ['lane', 'open', 'from', 'to'] as const;

function LoadedRun({ run }: { readonly run: RunStatus }) {
  const text = useText(runText);
  const [{ lane: laneId, open, from, to }, setView] = useUrlParams(urlParamNames);
  const [rerunFrom, setRerunFrom] = useState<string | null>();
  const { data: children = noChildren } = useChildRuns(run.requestId);
  const failedAttempts = useFailedAttempts(run);
  const expandedIds = useMemo(() => new Set(open?.split(',')), [open]);
  const loadedChildRuns = useRunsById(findExpandedRunIds({ run, children, expandedIds }));
  const lanes = useMemo(
    () => toLanes({ run, children, attempts: failedAttempts, expandedIds, loadedChildRuns }),
    [run, children, failedAttempts, expandedIds, loadedChildRuns],
  );
  const selectedIndex = lanes.findIndex(({ id }) => id === laneId);
  const selected = lanes[selectedIndex];
  const canRerun = useHasRole('runner') && isFinalState(run.state);

  const select = (lane: Lane | undefined) => setView({ lane: lane?.id ?? '' });
  const toggleExpanded = ({ id }: Lane) => {
    const newIds = new Set(expandedIds);
    if (!newIds.delete(id)) newIds.add(id);
    setView({ open: [...newIds].join(',') });
  };
  useKeyboardShortcuts([
    { keys: 'j', label: text.shortcuts.next, run: () => select(lanes[Math.min(lanes.length - 1, selectedIndex + 1)]) },
    { keys: 'k', label: text.shortcuts.previous, run: () => select(lanes[Math.max(0, selectedIndex - 1)]) },
    {
      keys: 'Enter',
      label: text.shortcuts.toggleSubflow,
      run: () => selected?.childRunId != null && toggleExpanded(selected),
    },
    { keys: 'Escape', label: text.shortcuts.showWholeRun, run: () => select(undefined) },
  ]);
  const zoom = from !== undefined && to !== undefined ? { from: Number(from), to: Number(to) } : undefined;
  return (
    <Stack>
      <RunHeader
        run={run}
        childRuns={children}
        actions={<RunActions run={run} rerunFrom={rerunFrom} onRerunFromChange={setRerunFrom} />}
      />
      <Columns layout="wide-first">
        <Timeline
          run={run}
          lanes={lanes}
          selected={selected}
          onSelect={select}
          onToggle={toggleExpanded}
          zoom={zoom && zoom.to > zoom.from ? zoom : undefined}
          onZoom={(range) =>
            setView({ from: range ? String(Math.round(range.from)) : '', to: range ? String(Math.ceil(range.to)) : '' })
          }
        />
        <DetailPanel
          run={run}
          lane={selected}
          onDeselect={() => select(undefined)}
          getTaskSelector={(keyOrName) => {
            // compare the run ids, because the tasks of an expanded child run can have the same keys
            const lane = lanes.find(
              ({ runId, task }) => runId === run.requestId && task && [task.key, task.name].includes(keyOrName),
            );
            return lane && (() => select(lane));
          }}
          onRerunFrom={canRerun ? setRerunFrom : undefined}
        />
      </Columns>
      <LogPanel run={run} />
    </Stack>
  );
}

const noChildren: never[] = [];
