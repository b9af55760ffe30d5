import { isMillraceError, type Client, type ModuleName, type Pipeline } from '../../index.js';
import type { OptionSpecs, Values } from '../command.js';
import { UsageError } from '../options/usage-error.js';

export const pipelineOption = {
  pipeline: { type: 'string', value: 'NAME', help: 'the pipeline that the files belong to (required)' },
} as const satisfies OptionSpecs;

/** For commands on files that are named by their ids. */
export const pipelineOfFileOption = {
  pipeline: {
    type: 'string',
    value: 'NAME',
    help: 'the pipeline that the file belongs to (default: what the server says; the hosted service needs it)',
  },
} as const satisfies OptionSpecs;

/** The pipeline of a file: as named, else as the server knows it. @throws `UsageError` where the server cannot say. */
export async function pipelineOfFile(
  client: Client,
  { pipeline }: Values<typeof pipelineOfFileOption>,
  fileId: string,
  signal: AbortSignal,
): Promise<Pipeline> {
  if (pipeline) return namedPipeline(client, pipeline);
  try {
    return namedPipeline(client, (await client.files.get(fileId, { signal })).pipeline);
  } catch (error) {
    if (!isMillraceError(error, 'configuration')) throw error;
    throw new UsageError('Expected --pipeline NAME, got none: this server finds a file by its pipeline only.');
  }
}

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
