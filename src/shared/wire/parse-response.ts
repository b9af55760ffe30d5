import type * as z from 'zod';
import { ResponseShapeError } from '../../errors/response-error.js';

export type ResponseSchema<Output> = z.ZodType<Output>;

/**
 * Validates a response body against a schema and returns the schema's output.
 *
 * @param action The action, phrased to follow "Could not" in the error message.
 * @throws `ResponseShapeError` if the body does not match the schema.
 */
export function parseResponse<Output>(schema: ResponseSchema<Output>, body: unknown, action: string): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ResponseShapeError(
    `Could not ${action}: the response does not follow the protocol (${problems.join('; ')}). Check that the API URL is that of a Millrace server.`,
    body,
  );
}
