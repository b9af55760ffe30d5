import type { Client, ModuleName, Pipeline } from '../index.js';
import type { OptionSpecs, Values } from './command.js';
import { UsageError } from './usage-error.js';

export const pipelineOption = {
  pipeline: { type: 'string', value: 'NAME', help: 'the pipeline that the files belong to (required)' },
} as const satisfies OptionSpecs;

/** @throws `UsageError` */
export function readPipelineName({ pipeline }: Values<typeof pipelineOption>): string {
  if (pipeline) return pipeline;
  throw new UsageError('Expected --pipeline NAME, got none: it says whose files are meant.');
}

/**
 * A pipeline of which only the name is known. A server finds files by it, and knows their chain itself; the chain given here
 * only says which methods the object has.
 */
export function namedPipeline(client: Client, name: string, chain: readonly ModuleName[] = ['keyword-db']): Pipeline {
  return client.createPipeline(name, chain);
}
