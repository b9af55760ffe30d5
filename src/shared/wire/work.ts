import * as z from 'zod';
import { eventLimits } from '../runs/event-limits.js';
import { workLimits } from '../runs/work-limits.js';
import type { Json } from '../types/json.js';

/** Schemas for the requests that start, rerun, claim and release runs, and for bulk jobs. */

const id = z.uuid().transform((text) => text.toLowerCase());
const name = z.string().min(1).max(eventLimits.nameLength);
const kind = z.enum(['pipeline', 'flow', 'task']);

/** A JSON value of limited size. The cast to `Json` is safe, because the request body was parsed from JSON. */
const input = z
  .unknown()
  .refine(
    (value) => value === undefined || JSON.stringify(value).length <= eventLimits.jsonCharacters,
    `Too big: expected input of at most ${eventLimits.jsonCharacters} characters of JSON`,
  )
  .transform((value): Json => (value ?? null) as Json);

export const startRunRequest = z
  .object({
    of: name,
    kind: kind.default('task'),
    input: input.default(null),
    delay: z.int().min(0).max(workLimits.delayMs).default(0),
    expiresIn: z.int().min(1).max(workLimits.delayMs).nullable().default(null),
    priority: z.int().min(0).max(9).default(0),
    attempts: z.int().min(1).max(100).default(3),
    parent: id.nullable().default(null),
    idempotencyKey: z.string().min(1).max(255).nullable().default(null),
  })
  .refine(({ delay, expiresIn }) => expiresIn === null || expiresIn > delay, {
    path: ['expiresIn'],
    error: 'expected more than `delay`, because otherwise the run would expire before a worker can claim it',
  });

/** Converts the value of a filter field to its query-string form. An array becomes a comma-separated list. */
const filterValue = z.union([
  z.string(),
  z.array(z.string()).transform((items) => items.join(',')),
  z.boolean().transform(String),
]);

/** The key or name of the module, step or task that a rerun starts from. */
const from = z.string().min(1).max(eventLimits.nameLength);

export const rerunRequest = z.object({ from: from.nullish(), input: input.optional() });

export const bulkRequest = z
  .object({
    action: z.enum(['resume', 'rerun', 'cancel', 'delete']),
    /** The query parameters of `GET /v1/runs` that select runs. */
    filter: z.record(z.string(), filterValue).optional(),
    ids: z.array(id).min(1).max(workLimits.bulkRuns).optional(),
    from: from.nullish(),
    dryRun: z.boolean().default(false),
  })
  .refine(({ action, from }) => action === 'rerun' || from == null, {
    path: ['from'],
    error: "expected only with the action 'rerun'",
  });

export const startRunsRequest = z.object({ runs: z.array(z.unknown()).min(1).max(workLimits.starts) });

export const claimRequest = z.object({
  worker: id,
  reporter: id.exactOptional(),
  serves: z
    .array(
      z.object({
        name,
        version: z.string().max(eventLimits.nameLength).nullable().default(null),
        kind: kind.default('task'),
      }),
    )
    .min(1)
    .max(eventLimits.pipelines),
  free: z.int().min(0).max(workLimits.claims),
  wait: z.number().min(0).max(workLimits.waitSeconds).default(workLimits.waitSeconds),
});

export const releaseRequest = z.object({ reporter: id, runs: z.array(id).max(eventLimits.aliveRuns) });
