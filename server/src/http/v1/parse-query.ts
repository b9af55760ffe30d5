import * as z from 'zod';
import { ApiError, notFound } from '../api-error.js';

/** @throws `ApiError` 400 if a parameter is invalid. */
export function parseQuery<T extends z.ZodType>(schema: T, query: Record<string, string>): z.output<T> {
  const invalidParam = Object.entries(query).find(([, value]) => value.includes('\0'));
  if (invalidParam)
    throw new ApiError(400, 'validation', `Expected \`${invalidParam[0]}\` not to contain the character U+0000`);
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected valid query parameters: ${describeIssues(result.error)}`);
}

/** @throws `ApiError` 400 if the body is invalid. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiError(400, 'validation', `Expected a valid request: ${describeIssues(result.error)}`);
}

/** Describes the first five issues. */
export function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5);
  return issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}

/** Returns an id in lower case. @throws `ApiError` 404 if the id is not a UUID. */
export function parseId(text: string, noun: 'run' | 'worker' | 'file' | 'webhook' | 'bulk job' | 'batch'): string {
  if (!z.uuid().safeParse(text).success) throw notFound(`There is no ${noun} ${text.slice(0, 64)}`);
  return text.toLowerCase();
}

/** An optional time, in the year 1000 or later. */
export const timeParam = z.coerce.date().min(new Date('1000-01-01T00:00:00Z')).optional();

/** A Boolean query parameter: `?root`, `?root=true` and `?root=1` are true. */
export const flagParam = z
  .enum(['', 'true', 'false', '1', '0'])
  .optional()
  .transform((text) => text !== undefined && text !== 'false' && text !== '0');

/** The position after which a page starts. */
const cursorSchema = z.object({
  // PostgreSQL's output format: 2031-02-14 09:26:53.250123+00
  createdAt: z
    .string()
    .regex(/^[12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d)?$/)
    .refine(isValidDateTime),
  id: z.uuid(),
  /** If the previous page of a keyword search ended within the file `id`, the number of the file's hits on all pages so far. */
  hits: z.int().min(1).optional(),
});

/** PostgreSQL's output format: 2 days 09:26:53.25 */
const intervalPattern = /^(?=.)(-?\d{1,6} days?)? ?(-?\d\d:\d\d:\d\d(\.\d{1,6})?)?$/;

const directedCursorSchema = cursorSchema.extend({ isDescending: z.boolean() });

/**
 * A position in a list of runs, with the direction of the list. If the list is not sorted by creation time, includes the run's value for
 * the sort key.
 */
const runCursorSchema = z.union([
  directedCursorSchema.extend({ by: z.enum(['started', 'finished']), value: cursorSchema.shape.createdAt.nullable() }),
  directedCursorSchema.extend({ by: z.literal('duration'), value: z.string().regex(intervalPattern).nullable() }),
  directedCursorSchema.extend({ by: z.never().optional(), value: z.never().optional() }),
]);

/** Returns whether the date exists in the calendar and the time is valid. For example, `2031-02-30` does not exist. */
function isValidDateTime(text: string): boolean {
  const seconds = text.slice(0, 19).replace(' ', 'T');
  const date = new Date(`${seconds}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(seconds);
}

/** @throws `ApiError` 400 if the cursor is malformed. */
export function decodeCursor(text: string): z.output<typeof cursorSchema> {
  return decodeCursorAs(cursorSchema, text);
}

/** Parses the cursor of a list of runs. @throws `ApiError` 400 if the cursor is malformed or from a list with a different order. */
export function decodeRunCursor(
  text: string,
  { by, isDescending }: { readonly by: string; readonly isDescending: boolean },
): z.output<typeof runCursorSchema> {
  const position = decodeCursorAs(runCursorSchema, text);
  const cursorSort = formatSort(position.by ?? 'created', position.isDescending);
  const sort = formatSort(by, isDescending);
  if (cursorSort === sort) return position;
  throw new ApiError(
    400,
    'validation',
    `Expected \`sort\` to be ${cursorSort}, which is the order of this \`cursor\`, got ${sort}`,
  );
}

const formatSort = (by: string, isDescending: boolean): string => `${isDescending ? '-' : ''}${by}`;

function decodeCursorAs<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new ApiError(400, 'validation', 'Expected `cursor` to be the `nextCursor` from a previous response');
  }
}

/** Returns the cursor for a position, or `null` if the position is `undefined` because there are no more pages. */
export function encodeCursor(
  position: (z.output<typeof cursorSchema> & { readonly isDescending?: boolean }) | undefined,
): string | null {
  return position ? Buffer.from(JSON.stringify(position)).toString('base64url') : null;
}
