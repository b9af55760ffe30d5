import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import * as sdk from '../../../index.js';
import type { Startable } from '../../../index.js';
import { messageOf } from '../../../shared/rules/class-of.js';
import { UsageError, type Call, type OptionSpecs } from '../../command.js';
import type { serverOptions } from '../../options/global-options.js';
import { readInteger } from '../../options/option-values.js';
import { parseDurationSeconds } from '../../options/time-values.js';
import type { ExitCode } from '../../output/exit-code.js';
import { connect } from '../../session/connect.js';
import { loadServer } from '../../session/load-server.js';
import { runUntilStopped } from '../../session/run-until-stopped.js';

export const fileWorkerOptions = {
  name: {
    type: 'string',
    placeholder: 'NAME',
    help: "with FILE: the worker's name (default: the file's name without extension)",
  },
  grace: {
    type: 'string',
    placeholder: 'TIME',
    help: 'with FILE: how long runs in progress may take to finish when the worker stops (default: 30s)',
  },
} as const satisfies OptionSpecs;

type WorkerCall = Call<
  typeof fileWorkerOptions & typeof serverOptions & { concurrency: { type: 'string'; help: string } }
>;

/** Executes runs of the tasks, pipelines and flows that a file exports, until the command is interrupted. */
export async function runFileWorker(call: WorkerCall, file: string): Promise<ExitCode> {
  const { values, output } = call;
  const graceSeconds = values.grace === undefined ? undefined : parseDurationSeconds(values.grace);
  if (values.grace !== undefined && graceSeconds === undefined) {
    throw new UsageError(`Expected --grace to be a time such as 30s or 10m, got '${values.grace}'.`);
  }
  const concurrency = readInteger('concurrency', values.concurrency, { min: 1 });
  const path = resolve(file);
  const startables = await loadStartables(path);
  const client = connect(call);
  try {
    return await runUntilStopped(call, {
      start: () =>
        client.worker({
          name: values.name ?? basename(path, extname(path)),
          serves: startables,
          concurrency,
          grace: graceSeconds === undefined ? undefined : graceSeconds * 1000,
        }),
      onReady: () =>
        output.line(`Millrace is serving ${startables.map(({ name }) => name).join(', ')}, process ${process.pid}`),
    });
  } finally {
    await client.close();
  }
}

/** Returns the tasks, pipelines and flows that a file exports, individually or in arrays. */
async function loadStartables(path: string): Promise<Startable[]> {
  if (!existsSync(path)) throw new UsageError(`There is no file at ${path}.`);
  const { importFile } = await loadServer('worker FILE');
  let exported: Record<string, unknown>;
  try {
    // the file must import this copy of the SDK, because this copy executes the file's functions
    exported = await importFile(path, { modules: { millrace: sdk } });
  } catch (error) {
    throw new Error(`Failed to load ${path}: ${messageOf(error)}`, { cause: error });
  }
  const startables = [...new Set(Object.values(exported).flat().filter(sdk.isStartable))];
  if (startables.length > 0) return startables;
  const names = Object.keys(exported);
  const got = names.length === 0 ? 'no exports' : `only ${names.slice(0, 10).join(', ')}`;
  throw new UsageError(`Expected ${path} to export tasks, pipelines or flows, got ${got}.`);
}
