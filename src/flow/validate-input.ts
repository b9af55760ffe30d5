import type { SchemaIssue, StandardSchema } from './types/standard-schema.js';

/** Thrown if a run's input does not match its schema. */
export class InvalidInputError extends TypeError {
  override readonly name = 'InvalidInputError';
  readonly issues: readonly SchemaIssue[];

  constructor(definitionName: string, issues: readonly SchemaIssue[]) {
    super(
      `Expected the input of '${definitionName}' to match its schema. Issues: ${issues.map(describeIssue).join('; ')}`,
    );
    this.issues = issues;
  }
}

/** Returns the schema's output for a value, or the value if there is no schema. @throws `InvalidInputError` if the value is invalid. */
export async function validateInput(
  schema: StandardSchema | undefined,
  value: unknown,
  definitionName: string,
): Promise<unknown> {
  if (!schema) return value;
  const result = await schema['~standard'].validate(value);
  if (result.issues) throw new InvalidInputError(definitionName, result.issues);
  return result.value;
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const fieldPath = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return fieldPath === '' ? message : `${fieldPath}: ${message}`;
}
