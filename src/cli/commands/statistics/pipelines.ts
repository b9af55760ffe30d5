import type { PipelineSummary } from '../../../shared/runs/run-stats.js';
import { statsRanges } from '../../../shared/runs/run-stats.js';
import { defineCommand, noArguments } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readChoice } from '../../options/option-values.js';
import { exitCode } from '../../output/exit-code.js';
import { formatDuration, formatTime, formatTable } from '../../output/table.js';
import { connect } from '../../session/connect.js';

const options = {
  range: { type: 'string', placeholder: 'SPAN', choices: statsRanges, help: `${statsRanges.join(', ')} (default: 7d)` },
  ...serverOptions,
} as const;

export const pipelinesCommand = defineCommand({
  name: 'pipelines',
  summary: 'list pipelines, flows and tasks, with run statistics and the workers that serve them',
  arguments: noArguments,
  details: ['Lists the pipelines, flows and tasks that ran within --range or that online workers serve.'],
  options,
  examples: [
    ['what ran in the last 7 days', 'millrace pipelines'],
    [
      'the slowest pipeline in the last 30 days',
      "millrace pipelines --range 30d --json | jq '.items | sort_by(-.durations.p95)[0].of'",
    ],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const client = connect(call);
    try {
      const range = readChoice('range', values.range, statsRanges);
      const pipelines = await client.pipelines.list({ range }, { signal });
      const header =
        pipelines.items.length > 0 ? [['NAME', 'KIND', 'RUNS', 'SUCCESS', 'P50', 'P95', 'LAST RUN', 'SERVED BY']] : [];
      output.result(pipelines, () => formatTable([...header, ...pipelines.items.map(formatRow)]));
      if (pipelines.items.length === 0) output.hint(`Nothing ran in the last ${pipelines.range}.`);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});

function formatRow({ of, kind, runs, successRate, durations, lastRun, servedBy }: PipelineSummary): string[] {
  const formatPercentile = (milliseconds: number | null) =>
    milliseconds === null ? '-' : formatDuration(milliseconds);
  return [
    of,
    kind ?? '-',
    String(Object.values(runs).reduce((sum, count) => sum + count, 0)),
    successRate === null ? '-' : `${Math.floor(successRate * 100)}%`,
    formatPercentile(durations.p50),
    formatPercentile(durations.p95),
    lastRun === null ? '-' : `${formatTime(lastRun.createdAt)} ${lastRun.state}`,
    servedBy.map(({ name, version }) => `${name} ${version}`).join(', '),
  ];
}
