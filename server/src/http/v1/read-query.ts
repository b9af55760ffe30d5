import * as z from 'zod';
import { ApiError, notFound } from '../api-error.js';

/** Parses the query parameters. @throws `ApiError` 400 listing the invalid parameters. */
export function readQuery<T extends z.ZodType>(schema: T, query: Record<string, string>): z.output<T> {
  const invalid = Object.entries(query).find(([, value]) => value.includes('\0'));
  if (invalid) throw new ApiError(400, 'validation', `Expected \`${invalid[0]}\` not to contain the character U+0000`);
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected valid query parameters: ${describeIssues(result.error)}`);
}

/** Validates a request body. @throws `ApiError` 400 listing the invalid fields. */
export function checkBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected a valid request: ${describeIssues(result.error)}`);
}

export function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5);
  return issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}

/** Parses an id from a path. @throws `ApiError` 404 if it is not a valid id. */
export function readId(text: string, noun: 'run' | 'worker' | 'file' | 'webhook'): string {
  if (!z.uuid().safeParse(text).success) throw notFound(`There is no ${noun} ${text.slice(0, 64)}`);
  return text.toLowerCase();
}
