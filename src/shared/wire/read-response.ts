import type * as z from 'zod';
import { ResponseShapeError } from '../../errors/response-error.js';

export type ResponseSchema<Output> = z.ZodType<Output>;

/**
 * Parses a response by its schema and renames its fields.
 *
 * @param what What was to be done, after "Could not".
 * @throws `ResponseShapeError` that names the invalid fields.
 */
export function readResponse<Output>(schema: ResponseSchema<Output>, body: unknown, what: string): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new ResponseShapeError(
    `Could not ${what}: the response does not follow the protocol (${faults.join('; ')}). Check that the API address is that of a server.`,
    body,
  );
}
