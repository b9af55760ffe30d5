import type { Limits } from 'millrace/shared/types/limits.js';
import type { HttpBindings } from '@hono/node-server';
import type { Account, KeyRing } from '../accounts/accounts.js';
import type { Settings } from '../settings/config.js';
import type { EngineContext } from '../engine/engine-context.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { Logger } from '../system/logger.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
import type { SemanticSearchTools } from '../search/semantic/semantic-search.js';
import type { SecretBox } from '../webhooks/secret-box.js';
import type { Presigner } from './transfer/presign.js';

/** What the routes work with. */
export interface HttpContext {
  readonly engine: EngineContext;
  readonly changes: RunChanges;
  readonly keys: KeyRing;
  readonly presigner: Presigner;
  /** What keeps the secrets of webhooks. */
  readonly secrets: SecretBox;
  readonly limits: Limits;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Aborted when the server shuts down: whoever waits is answered. */
  readonly closing: AbortSignal;
  /** The module names whose implementation this server has. */
  readonly runnable: ReadonlySet<string>;
  /** Where the models of a module come from. */
  readonly modelsOf: (module: string) => ModelSettings;
  /** What searching by meaning takes. */
  readonly semantic: SemanticSearchTools;
}

/** What Hono carries along a request. */
export interface RouteEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string; account: Account };
}
