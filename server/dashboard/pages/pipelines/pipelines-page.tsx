import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { useState } from 'react';
import { useRefetchOnRunEvents } from '../../data/live/throttled-refetch.js';
import { usePipelines } from '../../data/summaries.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RangePicker, useStatsRange } from '../../parts/tables/range-picker.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { pipelinesText } from '../../text/pipelines.js';
import { PipelineTable } from './pipeline-table.js';
import { sortPipelines } from './sort-pipelines.js';
import { StartDialog } from './start-dialog.js';

const urlParamNames = ['sort'] as const;
const defaultSort = '-runs';

export function PipelinesPage() {
  const text = useText(pipelinesText);
  const [range, setRange] = useStatsRange('7d');
  const { data, error, refetch } = usePipelines(range);
  const [{ sort = defaultSort }, setUrlParams] = useUrlParams(urlParamNames);
  const [pipelineToStart, setPipelineToStart] = useState<PipelineSummary>();
  useRefetchOnRunEvents([['pipelines']]);
  return (
    <>
      <PageHeader
        title={text.title}
        subtitle={data && <span>{text.count(data.items.length)}</span>}
        actions={<RangePicker value={range} onChange={setRange} />}
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState title={text.empty} command="npx millrace worker ./flows.ts">
          <p>{text.emptyHelp}</p>
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Panel title={text.title} flush>
          <PipelineTable
            pipelines={sortPipelines(data.items, sort)}
            onStart={setPipelineToStart}
            sort={sort}
            onSort={(next) => setUrlParams({ sort: next === defaultSort ? undefined : next })}
          />
        </Panel>
      )}
      {pipelineToStart && <StartDialog pipeline={pipelineToStart} onClose={() => setPipelineToStart(undefined)} />}
    </>
  );
}
