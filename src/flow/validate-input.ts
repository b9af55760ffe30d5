import type { SchemaIssue, StandardSchema } from './types/standard-schema.js';

/** The input of a run does not match its schema. */
export class InvalidInputError extends TypeError {
  override readonly name = 'InvalidInputError';
  readonly issues: readonly SchemaIssue[];

  constructor(of: string, issues: readonly SchemaIssue[]) {
    super(`Expected the input of '${of}' to fit its schema, got: ${issues.map(describeIssue).join('; ')}`);
    this.issues = issues;
  }
}

/** Returns the schema's output for a value; the value itself without a schema. @throws `InvalidInputError` */
export async function validateInput(schema: StandardSchema | undefined, value: unknown, of: string): Promise<unknown> {
  if (!schema) return value;
  const result = await schema['~standard'].validate(value);
  if (result.issues) throw new InvalidInputError(of, result.issues);
  return result.value;
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}
