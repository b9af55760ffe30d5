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
 * A pipeline of which only the name is known: a server finds files by it, and knows their chain itself. The chain of the object
 * begins with a module that is not built in, so that nothing is concluded from it, such as which extensions names must have.
 *
 * @param end The modules that the chain must end in for what is to be done.
 */
export function namedPipeline(client: Client, name: string, end: readonly ModuleName[] = []): Pipeline {
  const chain: readonly string[] = ['whatever-it-begins-with', ...end];
  return client.createPipeline(name, chain as readonly ModuleName[]);
}
