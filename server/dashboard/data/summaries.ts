import { useQuery } from '@tanstack/react-query';
import type { FailureGroups, PipelineSummaries, RunStats, StatsRange } from 'millrace/shared/runs/run-stats.js';
import { callApi } from './api.js';
import { queryKeys } from './query-keys.js';

export const useStats = (range: StatsRange) =>
  useQuery({
    queryKey: queryKeys.stats(range),
    queryFn: ({ signal }) => callApi<RunStats>('/v1/stats', { query: { range }, signal }),
  });

export const useFailures = (range: StatsRange) =>
  useQuery({
    queryKey: queryKeys.failures(range),
    queryFn: ({ signal }) => callApi<FailureGroups>('/v1/failures', { query: { range }, signal }),
  });

export const usePipelines = (range: StatsRange) =>
  useQuery({
    queryKey: queryKeys.pipelines(range),
    queryFn: ({ signal }) => callApi<PipelineSummaries>('/v1/pipelines', { query: { range }, signal }),
  });
