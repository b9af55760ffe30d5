import * as z from 'zod';
import { ApiError, notFound } from '../api-error.js';

/** Reads the query parameters. @throws `ApiError` 400 that names the invalid ones. */
export function readQuery<T extends z.ZodType>(schema: T, query: Record<string, string>): z.output<T> {
  const unusable = Object.entries(query).find(([, value]) => value.includes('\0'));
  if (unusable) throw new ApiError(400, 'validation', `Expected \`${unusable[0]}\` without the character U+0000`);
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected valid query parameters: ${describeIssues(result.error)}`);
}

/** Checks a request's body. @throws `ApiError` 400 that names the invalid fields. */
export function checkBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected a valid request: ${describeIssues(result.error)}`);
}

export function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5);
  return issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}

/** Reads an id in a path. @throws `ApiError` 404, also for text that is not an id. */
export function readId(text: string, noun: 'run' | 'worker' | 'file' | 'webhook'): string {
  if (!z.uuid().safeParse(text).success) throw notFound(`There is no ${noun} ${text.slice(0, 64)}`);
  return text.toLowerCase();
}
