import type { InspectOptions } from 'node:util';

type Inspect = (value: unknown, options: InspectOptions) => string;

/** These repeat the message or are too long to print with every error. Programs can read them. */
const leftOut = ['name', 'message', 'body', 'issues'];

/** Formats an error for consoles: its stack, then each field that adds to the message, on a line of its own. */
export function inspectError(this: Error, _depth: number, options: InspectOptions, inspect: Inspect): string {
  const fields = (this as unknown as { toJSON(): Record<string, unknown> }).toJSON();
  const lines = Object.entries(fields)
    .filter(([key]) => !leftOut.includes(key))
    .map(
      ([key, value]) => `  ${key}: ${inspect(value, { ...options, depth: 2, compact: true, breakLength: Infinity })}`,
    );
  if (this.cause instanceof Error) lines.push(`  cause: ${this.cause.message}`);
  const title = `${this.name}: ${this.message}`;
  return `${isInNotebook() ? title : (this.stack ?? title)}\n${lines.join('\n')}`;
}

/** In a notebook cell of tslab the stack has only frames of the kernel and of this package. */
function isInNotebook(): boolean {
  return '__tslab__' in globalThis;
}
