import * as z from 'zod';
import { ApiError } from '../api-error.js';
import { notFound } from './endpoint.js';

/** The parameters of a query. @throws `ApiError` 400 that names those that are wrong. */
export function readQuery<T extends z.ZodType>(schema: T, query: Record<string, string>): z.output<T> {
  const unusable = Object.entries(query).find(([, value]) => value.includes('\0'));
  if (unusable) throw new ApiError(400, 'validation', `Expected \`${unusable[0]}\` without the character U+0000`);
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected valid query parameters: ${describeIssues(result.error)}`);
}

/** A request's body. @throws `ApiError` 400 that names what is wrong. */
export function checkBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected a valid request: ${describeIssues(result.error)}`);
}

export function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5);
  return issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}

/** An id in a path. What can be none is not found either. @throws `ApiError` 404 */
export function readId(text: string, noun: 'run' | 'worker' | 'file' | 'webhook'): string {
  if (!z.uuid().safeParse(text).success) throw notFound(`There is no ${noun} ${text.slice(0, 64)}`);
  return text.toLowerCase();
}
