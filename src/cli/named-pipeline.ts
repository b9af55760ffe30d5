import type { Client, ModuleName, Pipeline } from '../index.js';
import { UsageError } from './usage-error.js';
import type { OptionSpecs } from './command.js';

export const pipelineOption = {
  pipeline: { type: 'string', value: 'NAME', help: 'the pipeline that the files belong to (required)' },
} as const satisfies OptionSpecs;

/**
 * A pipeline of which only the name is known. A server finds files by it, and knows their chain itself; the chain given here
 * only says which methods the object has.
 */
export function namedPipeline(
  client: Client,
  name: string | undefined,
  chain: readonly ModuleName[] = ['keyword-db'],
): Pipeline {
  if (!name) throw new UsageError('Expected --pipeline NAME, got nothing: it says whose files are meant.');
  return client.createPipeline(name, chain);
}
