import { ValidationError } from '../errors/validation-error.js';
import type { Connection } from '../http/connection.js';
import { findUnknownOptions } from '../shared/rules/option-names.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import { showValue } from '../shared/rules/show-value.js';
import type { Issue } from '../shared/types/issue.js';
import type { WorkerPipeline } from '../shared/types/worker.js';
import type { Worker, WorkerOptions } from './worker-options.js';
import { reporterOf } from './reporter-of.js';
import { RegisteredWorker } from './worker.js';

const known = ['name', 'version', 'pipelines', 'idFile'];

/** @throws `ValidationError` for the options; the server's absence is none. */
export async function startWorker(connection: Connection, options: WorkerOptions): Promise<Worker> {
  checkOptions(options);
  const { name, version, pipelines = [], idFile } = options;
  const identity = { name, version, pipelines: pipelines.map(describe) };
  const worker = new RegisteredWorker(connection, reporterOf(connection), identity, idFile);
  await worker.start();
  return worker;
}

/** A task is a step of its own; what a flow does, its code decides. */
function describe({ name, version, steps }: NonNullable<WorkerOptions['pipelines']>[number]): WorkerPipeline {
  const own = steps ?? [{ name, version }];
  return { name, steps: own.map((step) => ({ name: step.name, version: step.version })) };
}

function checkOptions(options: unknown): void {
  const given = typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {};
  const issues: Issue[] = findUnknownOptions(given, known, 'client.worker()').map(([name, message]) => ({
    path: [name],
    message,
  }));
  const expect = (name: string, holds: boolean, rule: string): void => {
    if (!holds)
      issues.push({ path: [name], message: `Expected \`${name}\` to be ${rule}, got ${showValue(given[name])}` });
  };
  const isText = (value: unknown): boolean =>
    typeof value === 'string' && value.length > 0 && value.length <= eventLimits.name;
  const { name, version, pipelines, idFile } = given;
  expect('name', isText(name), `a text of at most ${eventLimits.name} characters`);
  expect('version', isText(version), `a text of at most ${eventLimits.name} characters`);
  const isList = Array.isArray(pipelines) && pipelines.every(isNamed) && pipelines.length <= eventLimits.pipelines;
  expect('pipelines', pipelines === undefined || isList, 'a list of pipelines, flows and tasks');
  expect('idFile', idFile === undefined || isText(idFile), 'the path of a file');
  if (issues.length > 0) throw new ValidationError(issues);
}

function isNamed(value: unknown): boolean {
  const isThing = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isThing && typeof (value as { name?: unknown }).name === 'string';
}
