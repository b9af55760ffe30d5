import type { Client, ModuleName, Pipeline } from '../index.js';
import { readList } from './option-values.js';
import { UsageError } from './usage-error.js';

/** The pipeline that `--chain`, `--config` and `--pipeline` describe. Without a name, it is called after its chain. */
export async function choosePipeline(
  client: Client,
  values: { readonly chain?: string; readonly config?: string; readonly pipeline?: string },
): Promise<Pipeline> {
  const { chain: text, config, pipeline: name } = values;
  if (text !== undefined && config !== undefined) {
    throw new UsageError('Expected either --chain or --config, got both.');
  }
  if (config !== undefined) {
    const loaded = await client.loadPipeline(config);
    return name === undefined ? loaded : client.createPipeline(name, loaded.moduleChain);
  }
  const chain = readList('chain', text);
  if (chain === undefined) {
    throw new UsageError(
      'Expected --chain MODULE,MODULE or --config FILE, got neither: it says what to do with the files.',
    );
  }
  // names that the compiler does not know are checked by the library, and by the server
  return client.createPipeline(name ?? chain.join('-'), chain as readonly string[] as readonly ModuleName[]);
}
