import { isMillraceError, type Client, type ModuleName, type Pipeline } from '../../index.js';
import { UsageError, type OptionSpecs, type Values } from '../command.js';

export const pipelineOption = {
  pipeline: { type: 'string', value: 'NAME', help: 'the pipeline of the files (required)' },
} as const satisfies OptionSpecs;

/** For commands that take file ids. */
export const pipelineOfFileOption = {
  pipeline: {
    type: 'string',
    value: 'NAME',
    help: 'the pipeline of the file (default: the server knows it; required on the hosted service)',
  },
} as const satisfies OptionSpecs;

/** Returns the pipeline of a file: from `--pipeline`, or else from the server. @throws `UsageError` when the server cannot tell. */
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
    throw new UsageError('Expected --pipeline NAME, got none: this server only finds a file by its pipeline.');
  }
}

/** @throws `UsageError` without a name. */
export function readPipelineName({ pipeline }: Values<typeof pipelineOption>): string {
  if (pipeline) return pipeline;
  throw new UsageError('Expected --pipeline NAME, got none: it selects the files.');
}

/**
 * Makes a pipeline of which only the name is known. The server finds files by the name, and knows their chain. The chain here
 * begins with a module that is not built in, so that the SDK infers nothing from it, such as allowed file extensions.
 *
 * @param end The modules that the chain must end with for the call.
 */
export function namedPipeline(client: Client, name: string, end: readonly ModuleName[] = []): Pipeline {
  const chain: readonly string[] = ['unknown-module', ...end];
  return client.createPipeline(name, chain as readonly ModuleName[]);
}
