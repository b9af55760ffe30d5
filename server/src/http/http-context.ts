import type { Limits } from 'millrace/shared/types/limits.js';
import type { HttpBindings } from '@hono/node-server';
import type { Credential, CredentialLookup } from '../accounts/keys.js';
import type { Access } from '../store/tables/access.js';
import type { Settings } from '../settings/config.js';
import type { EngineContext } from '../engine/engine-context.js';
import type { BatchChanges } from '../engine/batches/batch-changes.js';
import type { BulkJobRunner } from '../engine/bulk/bulk-job-runner.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ClaimState } from '../engine/served/wait-for-claim.js';
import type { Logger } from '../system/logger.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
import type { PictureConverter } from '../outputs/picture-converter.js';
import type { SemanticSearchTools } from '../search/semantic/semantic-search.js';
import type { SecretBox } from '../webhooks/secret-box.js';
import type { OpenStreams } from './live/open-streams.js';
import type { Presigner } from './transfer/presign.js';

/** The dependencies of the routes. */
export interface HttpContext {
  /** This package's version. */
  readonly version: string;
  readonly engine: EngineContext;
  readonly runChanges: RunChanges;
  readonly batchChanges: BatchChanges;
  readonly claimState: ClaimState;
  readonly bulk: BulkJobRunner;
  readonly keys: CredentialLookup;
  readonly presigner: Presigner;
  /** The name of the dashboard's session cookie. */
  readonly sessionCookieName: string;
  /** Encrypts and decrypts webhook secrets. */
  readonly secrets: SecretBox;
  readonly limits: Limits;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Aborted when the server shuts down, so that waiting requests return early. */
  readonly closing: AbortSignal;
  /** The names of the modules that this server can run. */
  readonly runnableModules: ReadonlySet<string>;
  readonly modelSettingsFor: (module: string) => ModelSettings;
  readonly semanticSearch: SemanticSearchTools;
  readonly pictures: PictureConverter;
  /** The ids of the accounts that have received the warning about the built-in embedding model. */
  readonly advisedAccounts: Set<string>;
  readonly streams: OpenStreams;
  /** The directory that contains the built dashboard, as a URL with a trailing slash. */
  readonly dashboardDir: URL;
}

/** The Hono environment of the routes: the types of the bindings and context variables. */
export interface RouteEnv {
  Bindings: HttpBindings;
  Variables: { exchangeId: string; credential: Credential; access: Access; retryAfterSeconds?: number };
}
