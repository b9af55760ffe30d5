import * as z from 'zod';
import { truncateText, createTooLargePlaceholder, eventLimits } from '../runs/event-limits.js';
import type { Json } from '../types/json.js';
import type { RunEvent } from '../runs/run-event.js';
import { runStates } from '../runs/run-state.js';
import type { Progress, RunError } from '../runs/run-status.js';

/** Schemas for the requests that report and resume runs, register workers and send worker heartbeats. */

const truncatedString = (limit: number) => z.string().transform((text) => truncateText(text, limit));
const name = truncatedString(eventLimits.nameLength);
const nullableName = name.nullable();
const runId = z.uuid().transform((text) => text.toLowerCase());
const isoTime = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'not a time')
  .transform((text) => new Date(text).toISOString())
  // accept only plausible years: PostgreSQL has no year 0, and list cursors do not support years after 9999
  .refine((text) => /^[12]\d{3}-/.test(text), 'not a year from 1000 to 2999');

const state = z.enum(runStates);

/** A JSON value. A value that is too large is replaced by a placeholder. */
const json = z.unknown().transform((value): Json => {
  const characters = value === undefined ? 0 : JSON.stringify(value).length;
  return characters <= eventLimits.jsonCharacters ? (value as Json) : createTooLargePlaceholder(characters);
});

const error: z.ZodType<RunError> = z.object({
  code: name,
  message: truncatedString(eventLimits.messageLength),
  task: name.exactOptional(),
  details: json.exactOptional(),
});

const progress: z.ZodType<Progress> = z.object({
  current: z.number(),
  total: z.number().nullable(),
  percent: z.number().min(0).max(100).nullable(),
  message: truncatedString(eventLimits.messageLength).exactOptional(),
  data: json.exactOptional(),
});

const commonFields = { run: runId, sequence: z.int().min(1), at: isoTime };
const attempt = z.int().min(0).max(1_000_000);
const index = z
  .int()
  .min(0)
  .max(eventLimits.tasks - 1, `Expected a run to have at most ${eventLimits.tasks} task runs`);

/** An event of a run. Long strings are truncated, and JSON values that are too large are replaced by a placeholder. */
export const runEvent: z.ZodType<RunEvent> = z.discriminatedUnion('type', [
  z.object({
    ...commonFields,
    type: z.literal('run-created'),
    name,
    kind: z.enum(['pipeline', 'flow', 'task']),
    of: name,
    version: nullableName,
    parent: runId.nullable(),
    worker: runId.nullable(),
    input: json,
  }),
  z.object({ ...commonFields, type: z.literal('run-resumed') }),
  z.object({
    ...commonFields,
    type: z.literal('run-state'),
    state,
    result: json.exactOptional(),
    output: json.exactOptional(),
    error: error.exactOptional(),
  }),
  z.object({
    ...commonFields,
    type: z.literal('task-created'),
    key: name,
    name,
    version: nullableName,
    index,
    after: z.array(name).max(1000),
  }),
  z.object({
    ...commonFields,
    type: z.literal('task-state'),
    key: name,
    state: z.enum([...state.options, 'skipped']),
    attempt,
    childRun: runId.exactOptional(),
    digest: name.nullable().exactOptional(),
    output: json.exactOptional(),
    error: error.exactOptional(),
  }),
  z.object({ ...commonFields, type: z.literal('progress'), key: nullableName, attempt, progress }),
  z.object({
    ...commonFields,
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warning', 'error']),
    message: truncatedString(eventLimits.messageLength),
    task: nullableName,
  }),
]);

/**
 * The body of `POST /v1/events`. The server validates each event in `reports` separately, with {@link runEvent}, so that an invalid event
 * does not block the others.
 */
export const eventsRequest = z.object({
  /** The reporter's id. A run belongs to the reporter that created it or most recently resumed it. */
  reporter: runId.nullish(),
  reports: z.array(z.unknown()).max(eventLimits.events).default([]),
  /** The runs that are still in progress. This list serves as their heartbeat. */
  alive: z.array(runId).max(eventLimits.aliveRuns).default([]),
});

export const heartbeatRequest = z.object({
  /** The runs that are still in progress. @default all unfinished runs of the worker */
  runs: z.array(runId).max(eventLimits.aliveRuns).nullish(),
  /** The id of the process that claimed the runs. @default the worker's id */
  reporter: runId.exactOptional(),
});

export const resumeRequest = z.object({ reporter: runId.nullish(), worker: runId.nullish() });

export const workerRequest = z.object({
  name: z.string().min(1).max(eventLimits.nameLength),
  version: z.string().max(eventLimits.nameLength),
  pipelines: z
    .array(
      z.object({
        name: z.string().max(eventLimits.nameLength),
        steps: z
          .array(
            z.object({
              name: z.string().max(eventLimits.nameLength),
              version: z.string().max(eventLimits.nameLength).nullable().default(null),
            }),
          )
          .max(eventLimits.steps),
      }),
    )
    .max(eventLimits.pipelines),
});
