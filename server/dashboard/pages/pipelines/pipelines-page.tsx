import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { useState } from 'react';
import { useRefreshOnRuns } from '../../data/live/refresh.js';
import { usePipelines } from '../../data/summaries.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RangeChoice, useRange } from '../../parts/tables/range-choice.js';
import { useText } from '../../text/language.js';
import { pipelinesText } from '../../text/pipelines.js';
import { PipelineTable } from './pipeline-table.js';
import { StartDialog } from './start-dialog.js';

/** The pipelines, flows and tasks: how they do, and who serves them. */
export function PipelinesPage() {
  const text = useText(pipelinesText);
  const [range, setRange] = useRange('7d');
  const { data, error, refetch } = usePipelines(range);
  const [starting, setStarting] = useState<PipelineSummary>();
  useRefreshOnRuns([['pipelines']]);
  return (
    <>
      <PageHeader
        title={text.title}
        facts={data && <span>{text.facts(data.items.length)}</span>}
        actions={<RangeChoice value={range} onChange={setRange} />}
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState title={text.empty} command="npx millrace worker ./flows.ts">
          <p>{text.emptyHelp}</p>
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Panel title={text.title} flush>
          <PipelineTable pipelines={data.items} onStart={setStarting} />
        </Panel>
      )}
      {starting && <StartDialog pipeline={starting} onClose={() => setStarting(undefined)} />}
    </>
  );
}
