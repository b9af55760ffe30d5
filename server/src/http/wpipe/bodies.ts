import { truncateText, eventLimits } from 'millrace/shared/runs/event-limits.js';
import * as z from 'zod';

// The schemas of wpipe request bodies. They ignore unknown fields, because clients send back every field that they received.

const name = z.string().transform((text) => truncateText(text, eventLimits.nameLength));
const id = z.string();

export const workerBody = z.object({
  name,
  version: name,
  tasks: z.array(z.object({ name, version: name })).max(eventLimits.steps),
});

export const idBody = z.object({ id });

export const taskBody = z.object({
  task_id: id,
  status: z.enum(['start', 'success', 'error']),
  details: z.string().default(''),
});

export const endBody = z.object({ id, details: z.string().default('') });
