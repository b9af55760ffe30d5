import type * as z from 'zod';
import { ResponseShapeError } from '../../errors/response-shape-error.js';

/**
 * Parses an answer and renames its fields, by the schema.
 *
 * @param what What was to be done, after "Could not".
 * @throws `ResponseShapeError` that names the fields at fault.
 */
export function readResponse<Output>(schema: z.ZodType<Output>, body: unknown, what: string): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new ResponseShapeError(
    `Could not ${what}: the answer is not what the protocol says (${faults.join('; ')}). Check that the API address is that of a server.`,
    body,
  );
}
