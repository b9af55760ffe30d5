import {
  isMillraceError,
  type Client,
  type ModuleName,
  type Pipeline,
  type WithKeywordSearch,
  type WithSemanticSearch,
} from '../../index.js';
import { UsageError, type OptionSpecs, type OptionValues } from '../command.js';

export const pipelineOption = {
  pipeline: { type: 'string', placeholder: 'NAME', help: "the files' pipeline (required)" },
} as const satisfies OptionSpecs;

/** The `--pipeline` option of commands that accept file ids. */
export const pipelineOfFileOption = {
  pipeline: {
    type: 'string',
    placeholder: 'NAME',
    help: "the file's pipeline (required only on the hosted service)",
  },
} as const satisfies OptionSpecs;

/**
 * Returns the pipeline that `--pipeline` names. Without this option, asks the server for the file's pipeline.
 *
 * @throws `UsageError` if the server cannot look up a file's pipeline.
 */
export async function findPipelineOfFile(
  client: Client,
  { pipeline }: OptionValues<typeof pipelineOfFileOption>,
  fileId: string,
  signal: AbortSignal | undefined,
): Promise<Pipeline> {
  if (pipeline) return createNamedPipeline(client, pipeline);
  try {
    return createNamedPipeline(client, (await client.files.get(fileId, { signal })).pipeline);
  } catch (error) {
    if (!isMillraceError(error, 'configuration')) throw error;
    throw new UsageError('Missing --pipeline NAME. This server can find a file only through its pipeline.');
  }
}

/** Returns the value of `--pipeline`. @throws `UsageError` if it is missing. */
export function readPipelineName({ pipeline }: OptionValues<typeof pipelineOption>): string {
  if (pipeline) return pipeline;
  throw new UsageError('Missing --pipeline NAME, the pipeline that contains the files.');
}

/**
 * Creates a pipeline from its name alone. The server finds files by this name and knows the actual chain. The placeholder chain
 * begins with a module that is not built in, so the SDK does not infer anything from it, such as allowed file extensions.
 *
 * @param lastModules The modules that a search requires at the end of the chain.
 */
export function createNamedPipeline(
  client: Client,
  name: string,
  lastModules: readonly ModuleName[] = [],
): Pipeline & WithSemanticSearch & WithKeywordSearch {
  const chain: readonly string[] = ['unknown-module', ...lastModules];
  return client.createPipeline(name, chain as readonly ModuleName[]);
}
