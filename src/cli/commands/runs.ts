import type { RunListFilter, RunSort, RunState, RunSummary } from '../../index.js';
import { runStates } from '../../shared/runs/run-state.js';
import { defineCommand, UsageError, type Call } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readList, readInteger } from '../options/option-values.js';
import { readTime } from '../options/time-values.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import { shortDuration, shortTime, tableLines } from '../output/table.js';
import { connect } from '../session/connect.js';
import { deleteEach } from './delete-each.js';

const sortKeys = ['created', 'started', 'finished', 'duration'];
const sorts = sortKeys.flatMap((key) => [key, `-${key}`]);

const filterOptions = {
  state: { type: 'string', value: 'STATE[,STATE]', help: `runs in these states: ${runStates.join(', ')}` },
  kind: { type: 'string', value: 'KIND', help: 'hosted, pipeline, flow or task' },
  of: { type: 'string', value: 'NAME', help: 'runs of this pipeline, flow or task' },
  worker: { type: 'string', value: 'ID', help: 'runs executed by this worker' },
  since: {
    type: 'string',
    value: 'TIME',
    help: "created at this time or later: YYYY-MM-DD, 'YYYY-MM-DDTHH:MM:SSZ' (UTC), or 7d or 12h ago",
  },
  until: { type: 'string', value: 'TIME', help: 'created before this time' },
  root: { type: 'boolean', help: 'only runs that are not part of another run' },
  parent: { type: 'string', value: 'RUN_ID', help: 'the subflows of this run' },
  search: { type: 'string', value: 'WORDS', help: "words that are all in the run's names, file name, input or error" },
  sort: {
    type: 'string',
    value: 'ORDER',
    help: `${sortKeys.join(', ')}; with - before it, descending (default: -created)`,
  },
  limit: { type: 'string', value: 'N', help: 'the maximum number of runs (default: 100)' },
} as const;

const options = { ...filterOptions, ...serverOptions };

type RunsCall = Call<typeof options>;

export const runsCommand = defineCommand({
  name: 'runs',
  summary: 'list or delete runs of pipelines on the server and of your own functions',
  arguments: { usage: '[delete RUN_ID…]', min: 0, max: Infinity },
  words: ['delete'],
  details: [
    'Without arguments, lists the newest runs first. Each option narrows the list.',
    '`delete` removes the records of runs with their logs. The file of a pipeline on the server is removed with its run.',
  ],
  options,
  examples: [
    ['the newest runs', 'millrace runs'],
    ['the runs that failed since a date', 'millrace runs --state failed,crashed --since 2026-11-21'],
    ['the slowest runs of a pipeline', 'millrace runs --of contracts --sort=-duration --limit 10'],
    ['remove a run', 'millrace runs delete 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['the ids of running flows', "millrace runs --kind flow --state running --json | jq -r '.items[].requestId'"],
  ],
  async run(call) {
    const [action, ...ids] = call.positionals;
    if (action === undefined) return list(call);
    if (action !== 'delete') throw new UsageError(`Expected delete after 'runs', got '${action}'.`);
    return deleteRuns(call, ids);
  },
});

async function list(call: RunsCall): Promise<ExitCode> {
  const { values, output, signal } = call;
  const filter: RunListFilter = {
    state: readList('state', values.state)?.map((text) => readChoice('state', text, runStates) as RunState),
    kind: readChoice('kind', values.kind, ['hosted', 'pipeline', 'flow', 'task']),
    of: values.of,
    worker: values.worker,
    since: readTime('since', values.since),
    until: readTime('until', values.until),
    root: values.root,
    parent: values.parent,
    search: values.search,
    sort: readChoice('sort', values.sort, sorts) as RunSort | undefined,
    limit: readInteger('limit', values.limit, { min: 1, max: 1000 }) ?? 100,
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
    if (page.items.length === 0)
      output.hint(
        hasFilter(values) ? 'No runs match.' : 'No runs yet. Start one: millrace process FILE --chain MODULE,MODULE',
      );
    if (page.nextCursor !== null) output.note('There are more runs. Use --limit or --since to list them.');
    return exitCode.ok;
  } finally {
    await client.close();
  }
}

async function deleteRuns(call: RunsCall, ids: readonly string[]): Promise<ExitCode> {
  const { values, signal } = call;
  if (ids.length === 0) throw new UsageError('Missing run id. `millrace runs` lists the runs.');
  const option = filterNames.find((name) => values[name] !== undefined);
  if (option !== undefined) throw new UsageError(`--${option} can only be used to list runs, not with delete.`);
  const client = connect(call);
  try {
    return await deleteEach(ids, 'requestId', call, (id) => client.runs.delete(id, { signal }));
  } finally {
    await client.close();
  }
}

const filterNames = Object.keys(filterOptions) as (keyof typeof filterOptions)[];

function hasFilter(values: RunsCall['values']): boolean {
  return filterNames.some((name) => values[name] !== undefined);
}

function row({
  requestId,
  name,
  kind,
  of,
  state,
  progress,
  createdAt,
  durationMs,
  warningCount,
}: RunSummary): string[] {
  const percent = state === 'running' && progress.percent !== null ? ` ${Math.floor(progress.percent)} %` : '';
  const took = durationMs === null ? '' : shortDuration(durationMs);
  const warned = warningCount === 0 ? '' : `, ${warningCount} ${warningCount === 1 ? 'warning' : 'warnings'}`;
  return [requestId, name, kind, of, `${state}${percent}${warned}`, shortTime(createdAt), took];
}
