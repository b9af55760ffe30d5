import type { Settings } from './settings/config.js';
import type { EngineContext } from './engine/engine-context.js';
import type { Logger } from './system/logger.js';
import { modelsOfModule } from './settings/models-of-module.js';
import { moduleLimits } from './settings/module-limits.js';
import { createRunner } from './runner/fork-pool.js';
import { QueryEmbedder } from './search/semantic/query-embedder.js';
import { ScanThreads } from './search/semantic/scan-threads.js';
import type { SemanticSearchTools } from './search/semantic/semantic-search.js';

/** How long a query's vector may take; its model may have to be loaded first. */
const queryMs = 60_000;
/** How long a process without queries keeps its model. */
const idleMs = 600_000;

export interface OpenSemanticSearch {
  readonly tools: SemanticSearchTools;
  close(): Promise<void>;
}

/** Queries are embedded in processes of their own: they do not wait for the files that are being worked on. */
export function openSemanticSearch(context: EngineContext, settings: Settings, logger: Logger): OpenSemanticSearch {
  const runner = createRunner({
    concurrency: Math.min(2, settings.concurrency),
    deadlineMs: queryMs,
    memoryBytes: settings.moduleMemory,
    models: modelsOfModule(settings),
    idleMs,
  });
  const threads = new ScanThreads();
  const embedder = new QueryEmbedder(runner, context.blobs, moduleLimits(settings));
  return {
    tools: { db: context.db, blobs: context.blobs, embedder, threads, logger },
    close: async () => {
      await Promise.all([runner.close(), threads.close()]);
    },
  };
}
