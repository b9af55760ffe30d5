import type * as z from 'zod';

/** A problem in a request body, in the format and wording of FastAPI and pydantic. */
interface FieldError {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** The error for an invalid request body. The response has status 422. */
export class FieldValidationError extends Error {
  override readonly name = 'FieldValidationError';

  constructor(readonly detail: readonly FieldError[]) {
    super(detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
  }
}

/** Returns the error for a body that `readJson` rejects as invalid, for example because it is not JSON. */
export function invalidJson(reason: string): FieldValidationError {
  return new FieldValidationError([
    { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx: { error: reason } },
  ]);
}

/** Validates a request body. @throws {@link FieldValidationError} if the body is invalid. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new FieldValidationError(result.error.issues.map((issue) => toFieldError(issue, body)));
}

function toFieldError(issue: z.core.$ZodIssue, body: unknown): FieldError {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const parent = getAt(body, path.slice(0, -1));
  const loc = ['body', ...path];
  if (isMissing(parent, path.at(-1))) return { type: 'missing', loc, msg: 'Field required', input: parent };
  return { ...toPydanticError(issue), loc, input: getAt(body, path) };
}

function toPydanticError(issue: z.core.$ZodIssue): Pick<FieldError, 'type' | 'msg' | 'ctx'> {
  if (issue.code === 'invalid_value') {
    const expected = joinWithOr(issue.values.map((value) => `'${String(value)}'`));
    return { type: 'literal_error', msg: `Input should be ${expected}`, ctx: { expected } };
  }
  if (issue.code === 'too_big') {
    const { maximum } = issue;
    return { type: 'too_long', msg: `List should have at most ${maximum} items`, ctx: { max_length: Number(maximum) } };
  }
  if (issue.code !== 'invalid_type') return { type: 'value_error', msg: issue.message };
  if (issue.expected === 'array') return { type: 'list_type', msg: 'Input should be a valid list' };
  if (issue.expected === 'string') return { type: 'string_type', msg: 'Input should be a valid string' };
  return {
    type: 'model_attributes_type',
    msg: 'Input should be a valid dictionary or object to extract fields from',
  };
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((outer, key) => (isObject(outer) && Object.hasOwn(outer, key) ? outer[key] : undefined), value);
}

function isMissing(parent: unknown, key: PropertyKey | undefined): boolean {
  return key !== undefined && isObject(parent) && !Object.hasOwn(parent, key);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function joinWithOr(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
