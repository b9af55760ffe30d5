import { readFile } from 'node:fs/promises';
import type { RunStatus } from '../../index.js';
import { messageOf } from '../../shared/rules/class-of.js';
import { defineCommand, UsageError } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readInteger } from '../options/option-values.js';
import { parseDurationSeconds } from '../options/time-values.js';
import { getProgressFraction, formatRun, describeStage } from '../output/describe-run.js';
import { exitCode } from '../output/exit-code.js';
import { createProgress } from '../output/progress-display.js';
import { formatTime } from '../output/table.js';
import { connect } from '../session/connect.js';
import { watchRun } from '../session/watch-run.js';

export const startCommand = defineCommand({
  name: 'start',
  summary: 'start a task, pipeline or flow that a worker executes',
  arguments: { usage: 'NAME', min: 1, max: 1 },
  details: [
    'To serve NAME, run `millrace worker FILE`, a program that calls `client.worker({ serves })`, or a worker in another language.',
    'Without --wait, prints the run and how long the run waits for a worker. With --wait, the exit code is 1 if the run failed, was',
    'cancelled or crashed.',
  ],
  options: {
    input: {
      type: 'string',
      placeholder: 'JSON',
      help: 'the arguments as a JSON array, or a single argument as JSON; @FILE reads the JSON from a file',
    },
    wait: { type: 'boolean', short: 'w', help: 'wait until the run ends' },
    delay: { type: 'string', placeholder: 'TIME', help: 'the minimum time before the run begins, for example 10m' },
    'expires-in': {
      type: 'string',
      placeholder: 'TIME',
      help: 'cancel the run if no worker has claimed it within this time, for example 1h',
    },
    priority: { type: 'string', placeholder: 'N', help: '0 to 9, higher first (default: 0)' },
    'idempotency-key': {
      type: 'string',
      placeholder: 'KEY',
      help: 'a later start with the same key returns the same run',
    },
    ...serverOptions,
  },
  examples: [
    ['a flow with one argument', `millrace start read-facts --input '["https://example.org/"]' --wait`],
    ['in ten minutes, with the arguments in a file', 'millrace start digest --input @arguments.json --delay 10m'],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const args = await readArguments(values.input);
    const expiresIn = readDurationMs('expires-in', values['expires-in']);
    const client = connect(call);
    const progress = createProgress(output);
    try {
      const run = await client.start(positionals[0] ?? '', args, {
        delay: readDurationMs('delay', values.delay),
        expiresIn,
        priority: readInteger('priority', values.priority, { min: 0, max: 9 }),
        idempotencyKey: values['idempotency-key'],
        signal,
      });
      const onStatus = (status: RunStatus) =>
        progress.update(run.id, describeStage(status), getProgressFraction(status));
      const status =
        values.wait === true ? await watchRun(client, run.id, signal, onStatus) : await run.status({ signal });
      progress.close();
      output.result(status, () => formatRun(status));
      if (!output.json && status.state === 'pending') output.note(describeWait(status, expiresIn));
      return values.wait === true && status.state !== 'completed' ? exitCode.failed : exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

function describeWait({ createdAt }: RunStatus, expiresIn: number | undefined): string {
  if (expiresIn === undefined) return 'The run waits until a worker claims it. To limit the wait: --expires-in TIME';
  const until = formatTime(new Date(Date.parse(createdAt) + expiresIn));
  return `The server cancels the run if no worker has claimed it by ${until}.`;
}

/** Reads the JSON in `--input`, or in the file that `@FILE` names. An array contains all arguments; any other value is the only one. */
async function readArguments(text: string | undefined): Promise<unknown[]> {
  if (text === undefined) return [];
  const isFile = text.startsWith('@');
  const json = isFile ? await readFile(text.slice(1), 'utf8') : text;
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? (value as unknown[]) : [value];
  } catch (error) {
    const source = isFile ? `the file ${text.slice(1)}` : `'${text.slice(0, 100)}'`;
    throw new UsageError(
      `Expected --input to be JSON, such as '["a", 2]', or @FILE, got ${source}: ${messageOf(error)}`,
    );
  }
}

function readDurationMs(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDurationSeconds(text);
  if (seconds === undefined)
    throw new UsageError(`Expected --${option} to be a time such as 90s, 10m or 2h, got '${text}'.`);
  return seconds * 1000;
}
