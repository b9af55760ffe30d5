import type { InspectOptions } from 'node:util';

type Inspect = (value: unknown, options: InspectOptions) => string;

/** Said by the message already, or too long to print at every error. They are there for who asks. */
const leftOut = ['name', 'message', 'body', 'issues'];

/** The stack, then the fields that say more than the message, on one line each. */
export function inspectError(this: Error, _depth: number, options: InspectOptions, inspect: Inspect): string {
  const fields = (this as unknown as { toJSON(): Record<string, unknown> }).toJSON();
  const lines = Object.entries(fields)
    .filter(([key]) => !leftOut.includes(key))
    .map(
      ([key, value]) => `  ${key}: ${inspect(value, { ...options, depth: 2, compact: true, breakLength: Infinity })}`,
    );
  if (this.cause instanceof Error) lines.push(`  cause: ${this.cause.message}`);
  const title = `${this.name}: ${this.message}`;
  return `${isInCell() ? title : (this.stack ?? title)}\n${lines.join('\n')}`;
}

/** In a cell of tslab the frames are the kernel's and ours; of the cell there is none that could be found in it. */
function isInCell(): boolean {
  return '__tslab__' in globalThis;
}
