import type { Client, ModuleName, Pipeline } from '../../../index.js';
import { UsageError } from '../../command.js';
import { readList } from '../../options/option-values.js';

/** A function that creates the pipeline specified on the command line. */
type PipelineFactory = (client: Client) => Pipeline | Promise<Pipeline>;

/**
 * Returns a factory for the pipeline that `--chain` or `--config` specifies. Without `--pipeline`, the pipeline has the name in the YAML
 * file, or its name consists of the module names in `--chain`, joined with hyphens.
 *
 * @throws `UsageError` unless exactly one of `--chain` and `--config` is given.
 */
export function readPipelineFactory(values: {
  readonly chain?: string;
  readonly config?: string;
  readonly pipeline?: string;
}): PipelineFactory {
  const { config, pipeline: name } = values;
  const chain = readList('chain', values.chain);
  if (chain !== undefined && config !== undefined) {
    throw new UsageError('Expected either --chain or --config, got both.');
  }
  if (config !== undefined) {
    return async (client) => {
      const loaded = await client.loadPipeline(config);
      return name === undefined ? loaded : client.createPipeline(name, loaded.moduleChain);
    };
  }
  if (chain === undefined) {
    throw new UsageError(
      'Expected --chain MODULE,MODULE or --config FILE, got neither. Use one of them to specify the modules.',
    );
  }
  // the compiler cannot check these module names, but the SDK and the server check them
  return (client) =>
    client.createPipeline(name ?? chain.join('-'), chain as readonly string[] as readonly ModuleName[]);
}
