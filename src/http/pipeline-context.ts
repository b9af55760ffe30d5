import type { Connection } from './connection.js';

/** What every call of a pipeline needs to know. */
export interface PipelineContext {
  readonly connection: Connection;
  readonly name: string;
  readonly chain: readonly string[];
}
