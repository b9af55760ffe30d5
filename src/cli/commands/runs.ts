import type { RunFilter, RunState, RunStatus } from '../../index.js';
import { defineCommand, noArguments } from '../command.js';
import { connect } from '../session/connect.js';
import { exitCode } from '../output/exit-code.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readList, readWhole } from '../options/option-values.js';
import { shortTime } from '../output/short-time.js';
import { tableLines } from '../output/table.js';
import { UsageError } from '../options/usage-error.js';

const states: readonly RunState[] = ['pending', 'running', 'retrying', 'completed', 'failed', 'cancelled', 'crashed'];

export const runsCommand = defineCommand({
  name: 'runs',
  summary: 'list runs: of pipelines on the server, and of your own functions',
  arguments: noArguments,
  details: ['The newest runs first. Every option narrows the list down.'],
  options: {
    state: { type: 'string', value: 'STATE[,STATE]', help: `in these states: ${states.join(', ')}` },
    kind: { type: 'string', value: 'KIND', help: 'hosted, pipeline, flow or task' },
    of: { type: 'string', value: 'NAME', help: 'of this pipeline, flow or task' },
    worker: { type: 'string', value: 'ID', help: 'executed by this worker' },
    since: { type: 'string', value: 'TIME', help: "created then or later: YYYY-MM-DD or 'YYYY-MM-DDTHH:MM:SSZ' (UTC)" },
    limit: { type: 'string', value: 'N', help: 'how many at most (default: 100)' },
    ...serverOptions,
  },
  examples: [
    ['the newest', 'millrace runs'],
    ['what went wrong today', 'millrace runs --state failed,crashed --since 2026-11-21'],
    ['the ids of a flow that goes on', "millrace runs --kind flow --state running --json | jq -r '.items[].requestId'"],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const filter: RunFilter = {
      state: readList('state', values.state)?.map((text) => readChoice('state', text, states) as RunState),
      kind: readChoice('kind', values.kind, ['hosted', 'pipeline', 'flow', 'task']),
      of: values.of,
      worker: values.worker,
      since: readTime(values.since),
      limit: readWhole('limit', values.limit, { min: 1, max: 1000 }) ?? 100,
    };
    const client = connect(call);
    try {
      const page = await client.runs.list(filter, { signal });
      output.result(page, () =>
        tableLines([
          ...(page.items.length > 0 ? [['RUN ID', 'NAME', 'KIND', 'OF', 'STATE', 'CREATED', 'TOOK']] : []),
          ...page.items.map(row),
        ]),
      );
      if (page.nextCursor !== null) output.note('There are more runs: --limit and --since ask for others.');
      return exitCode.ok;
    } finally {
      client.close();
    }
  },
});

function row({ requestId, name, kind, of, state, progress, createdAt, durationMs }: RunStatus): string[] {
  const percent = state === 'running' && progress.percent !== null ? ` ${Math.floor(progress.percent)} %` : '';
  const took = durationMs === null ? '' : `${(durationMs / 1000).toFixed(1)} s`;
  return [requestId, name, kind, of, `${state}${percent}`, shortTime(createdAt), took];
}

function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(/^\d{4}-\d\d-\d\d \d/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(`Expected --since to be a time such as 2026-05-01 or '2026-05-01 12:00:00', got '${text}'.`);
}
