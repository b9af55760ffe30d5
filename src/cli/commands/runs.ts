import type { RunListFilter, RunSort, RunState, RunSummary } from '../../index.js';
import { runKinds, runStates } from '../../shared/runs/run-state.js';
import { defineCommand, UsageError, type Call } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readList, readInteger } from '../options/option-values.js';
import { readTime } from '../options/time-values.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import { formatDuration, formatTime, formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';
import { actOnRuns, runActions } from './runs/act-on-runs.js';

const sortKeys = ['created', 'started', 'finished', 'duration'];
const sortOrders = sortKeys.flatMap((key) => [key, `-${key}`]);

const filterOptions = {
  state: { type: 'string', placeholder: 'STATE[,STATE]', help: `runs in these states: ${runStates.join(', ')}` },
  kind: { type: 'string', placeholder: 'KIND', help: 'runs of this kind: hosted, pipeline, flow or task' },
  of: { type: 'string', placeholder: 'NAME', help: 'runs of this pipeline, flow or task' },
  worker: { type: 'string', placeholder: 'ID', help: 'runs executed by this worker' },
  since: {
    type: 'string',
    placeholder: 'TIME',
    help: "created at this time or later: YYYY-MM-DD, 'YYYY-MM-DDTHH:MM:SSZ' (UTC), or how long ago, such as 7d",
  },
  until: { type: 'string', placeholder: 'TIME', help: 'created before this time' },
  root: { type: 'boolean', help: 'only runs that are not part of another run' },
  parent: { type: 'string', placeholder: 'RUN_ID', help: 'runs that this run started' },
  batch: { type: 'string', placeholder: 'BATCH_ID', help: 'the runs of a batch; `millrace batches` lists the batches' },
  failed: { type: 'boolean', help: 'the same as --state failed,crashed' },
  fingerprint: {
    type: 'string',
    placeholder: 'ID',
    help: 'runs that failed for this reason; `millrace failures` lists the reasons',
  },
  search: {
    type: 'string',
    placeholder: 'WORDS',
    help: 'runs whose names, file name, input or error contain all of these words',
  },
} as const;

const options = {
  ...filterOptions,
  sort: {
    type: 'string',
    placeholder: 'ORDER',
    help: `${sortKeys.join(', ')}; prefix with - for descending order (default: -created)`,
  },
  limit: { type: 'string', placeholder: 'N', help: 'the maximum number of runs in the list (default: 100)' },
  follow: { type: 'boolean', short: 'f', help: 'print each change of a run, until you interrupt the command' },
  'dry-run': {
    type: 'boolean',
    help: 'with an action: only print how many runs it would change, and why it would refuse the others',
  },
  from: {
    type: 'string',
    placeholder: 'STEP',
    help: 'with rerun: the key or name of the first module, step or task to run',
  },
  ...serverOptions,
} as const;

type RunsCall = Call<typeof options>;

export const runsCommand = defineCommand({
  name: 'runs',
  summary: 'list, resume, rerun, cancel or delete runs of pipelines on the server and of your own functions',
  arguments: { usage: '[resume|rerun|cancel|delete [RUN_ID…]]', min: 0, max: Infinity },
  completions: [...runActions],
  details: [
    'Without arguments, lists the newest runs first. Each option narrows the list. With --follow, prints a line for each change of a',
    'run, or with --json a JSON document. An action applies to the given runs, or to the runs that the options select, up to the',
    'newest 10000. It changes the runs one by one, and stops if you interrupt the command.',
    '`resume` continues runs that did not complete; `rerun` starts new runs with the same input. `cancel` stops runs.',
    '`delete` deletes runs with their logs. If a run processed a file on the server, this deletes the file too.',
  ],
  options,
  examples: [
    ['the newest runs', 'millrace runs'],
    ['the failed runs that were created since a date', 'millrace runs --state failed,crashed --since 2026-11-21'],
    ['the slowest runs of a pipeline', 'millrace runs --of contracts --sort=-duration --limit 10'],
    ['runs that fail from now on', 'millrace runs --follow --state failed,crashed'],
    ['resume the failed runs of a batch', 'millrace runs resume --batch 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 --failed'],
    ['resume a run', 'millrace runs resume 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['how many of the failed runs can be rerun', 'millrace runs rerun --state failed --since 24h --dry-run'],
    ['the ids of running flows', "millrace runs --kind flow --state running --json | jq -r '.items[].requestId'"],
  ],
  async run(call) {
    const [action, ...ids] = call.positionals;
    if (action === undefined) return call.values.follow ? follow(call) : list(call);
    const runAction = runActions.find((name) => name === action);
    if (!runAction) throw new UsageError(`Expected resume, rerun, cancel or delete after 'runs', got '${action}'.`);
    const { 'dry-run': dryRun = false, from } = call.values;
    const invalidOption = (['limit', 'sort', 'follow'] as const).find((name) => call.values[name] !== undefined);
    if (invalidOption) throw new UsageError(`--${invalidOption} can only be used to list runs, not with ${runAction}.`);
    const filter = hasFilter(call.values) ? buildRunFilterQuery(call.values) : undefined;
    return actOnRuns(call, runAction, { ids, filter, from, dryRun });
  },
});

async function list(call: RunsCall): Promise<ExitCode> {
  const { values, output, signal } = call;
  const invalidOption = (['dry-run', 'from'] as const).find((name) => values[name] !== undefined);
  if (invalidOption) throw new UsageError(`--${invalidOption} can only be used with an action, such as rerun.`);
  const filter: RunListFilter = {
    ...buildRunFilterQuery(values),
    sort: readChoice('sort', values.sort, sortOrders) as RunSort | undefined,
    limit: readInteger('limit', values.limit, { min: 1, max: 1000 }) ?? 100,
  };
  const client = connect(call);
  try {
    const page = await client.runs.list(filter, { signal });
    output.result(page, () =>
      formatTable([
        ...(page.items.length > 0 ? [['RUN ID', 'NAME', 'KIND', 'OF', 'STATE', 'CREATED', 'TOOK']] : []),
        ...page.items.map(formatRow),
      ]),
    );
    if (page.items.length === 0)
      output.hint(
        hasFilter(values) ? 'No runs match.' : 'No runs yet. Start one: millrace process FILE --chain MODULE,MODULE',
      );
    if (page.nextCursor !== null)
      output.note('There are more runs. Increase --limit, or use --since and --until to list another period.');
    return exitCode.ok;
  } finally {
    await client.close();
  }
}

/** The filters that `--follow` accepts. */
const followOptions = ['state', 'kind', 'of', 'worker', 'root', 'parent', 'failed'] as const;

async function follow(call: RunsCall): Promise<ExitCode> {
  const { values, output, signal } = call;
  const { state, kind, of, worker, root, parent, ...otherFilters } = buildRunFilterQuery(values);
  const { sort, limit, from } = values;
  const unsupportedOptions = Object.entries({ ...otherFilters, sort, limit, from, 'dry-run': values['dry-run'] });
  const [invalidOption] = unsupportedOptions.find(([, value]) => value !== undefined) ?? [];
  if (invalidOption !== undefined) {
    const accepted = followOptions.map((name) => `--${name}`).join(', ');
    throw new UsageError(`--${invalidOption} cannot be used with --follow, which accepts only ${accepted}.`);
  }
  const client = connect(call);
  try {
    const onReset = () =>
      output.warn('Some changes may be missing here. `millrace runs` lists the runs in their current state.');
    const changes = client.runs.watchAll({ state, kind, of, worker, root, parent }, { signal, onReset });
    for await (const run of changes) output.resultLine(run, formatRow(run).join('  ').trimEnd());
    return exitCode.ok;
  } finally {
    await client.close();
  }
}

function buildRunFilterQuery(values: RunsCall['values']) {
  return {
    state: readStates(values),
    kind: readChoice('kind', values.kind, runKinds),
    of: values.of,
    worker: values.worker,
    since: readTime('since', values.since),
    until: readTime('until', values.until),
    root: values.root,
    parent: values.parent,
    batch: values.batch,
    fingerprint: values.fingerprint,
    search: values.search,
  };
}

/** @throws `UsageError` if a state is unknown, or if both `--state` and `--failed` are given. */
function readStates({ state, failed }: RunsCall['values']): RunState[] | undefined {
  if (!failed) return readList('state', state)?.map((text) => readChoice('state', text, runStates) as RunState);
  if (state !== undefined) throw new UsageError('Expected either --state or --failed, got both.');
  return ['failed', 'crashed'];
}

const filterNames = Object.keys(filterOptions) as (keyof typeof filterOptions)[];

function hasFilter(values: RunsCall['values']): boolean {
  return filterNames.some((name) => values[name] !== undefined);
}

function formatRow({
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
  const progressText = state === 'running' && progress.percent !== null ? ` ${Math.floor(progress.percent)}%` : '';
  const took = durationMs === null ? '' : formatDuration(durationMs);
  const warningText = warningCount === 0 ? '' : `, ${warningCount} ${warningCount === 1 ? 'warning' : 'warnings'}`;
  return [requestId, name, kind, of, `${state}${progressText}${warningText}`, formatTime(createdAt), took];
}
