import { isMillraceError, type Client, type ModuleName, type Pipeline } from '../../index.js';
import { UsageError, type OptionSpecs, type Values } from '../command.js';

export const pipelineOption = {
  pipeline: { type: 'string', value: 'NAME', help: "the files' pipeline (required)" },
} as const satisfies OptionSpecs;

/** Options for commands that accept file ids. */
export const pipelineOfFileOption = {
  pipeline: {
    type: 'string',
    value: 'NAME',
    help: "the file's pipeline (required only on the hosted service)",
  },
} as const satisfies OptionSpecs;

/** Returns a file's pipeline, from `--pipeline` or the server. @throws `UsageError` if the server cannot look it up. */
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
    throw new UsageError('Missing --pipeline NAME. This server can only find a file by its pipeline.');
  }
}

/** Returns the value of `--pipeline`. @throws `UsageError` if it is missing. */
export function readPipelineName({ pipeline }: Values<typeof pipelineOption>): string {
  if (pipeline) return pipeline;
  throw new UsageError('Missing --pipeline NAME, which selects the files.');
}

/**
 * Creates a pipeline from its name alone. The server finds files by the name, and has their actual chain. The chain here begins
 * with a module that is not built in, so that the SDK infers nothing from it, such as allowed file extensions.
 *
 * @param end The modules at the end of the chain, which the call requires.
 */
export function namedPipeline(client: Client, name: string, end: readonly ModuleName[] = []): Pipeline {
  const chain: readonly string[] = ['unknown-module', ...end];
  return client.createPipeline(name, chain as readonly ModuleName[]);
}
