import type { InspectOptions } from 'node:util';

type Inspect = (value: unknown, options: InspectOptions) => string;

/** The stack, then the fields that say more than the message, on one line each. */
export function inspectError(this: Error, _depth: number, options: InspectOptions, inspect: Inspect): string {
  const fields = { ...(this as unknown as { toJSON(): Record<string, unknown> }).toJSON() };
  delete fields['name'];
  delete fields['message'];
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${inspect(value, { ...options, depth: 2 })}`);
  if (this.cause instanceof Error) lines.push(`  cause: ${this.cause.message}`);
  return `${this.stack ?? `${this.name}: ${this.message}`}\n${lines.join('\n')}`;
}
