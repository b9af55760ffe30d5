import type { Settings } from './settings/config.js';
import type { EngineContext } from './engine/engine-context.js';
import type { Logger } from './system/logger.js';
import { createModelSettingsLookup, getModuleLimits } from './settings/module-settings.js';
import { createRunner } from './runner/fork-pool.js';
import { QueryEmbedder } from './search/semantic/query-embedder.js';
import { ScanThreadPool } from './search/semantic/scan-thread-pool.js';
import type { SemanticSearchTools } from './search/semantic/semantic-search.js';

/** Timeout for embedding a query, including loading the model, in milliseconds. */
const queryTimeoutMs = 60_000;
/** How long an idle process is kept, with its model loaded, in milliseconds. */
const idleTimeoutMs = 600_000;

interface OpenSemanticSearch {
  readonly tools: SemanticSearchTools;
  close(): Promise<void>;
}

/** Creates the tools for semantic search. Queries are embedded in separate processes, so that they do not wait for running steps. */
export function openSemanticSearch(context: EngineContext, settings: Settings, logger: Logger): OpenSemanticSearch {
  const runner = createRunner({
    concurrency: Math.min(2, settings.concurrency),
    taskTimeoutMs: queryTimeoutMs,
    memoryBytes: settings.moduleMemory,
    models: createModelSettingsLookup(settings),
    idleTimeoutMs,
  });
  const threads = new ScanThreadPool();
  const embedder = new QueryEmbedder(runner, context.blobs, getModuleLimits(settings));
  return {
    tools: { db: context.db, blobs: context.blobs, embedder, threads, logger },
    close: async () => {
      await Promise.all([runner.close(), threads.close()]);
    },
  };
}
