import type { Json } from 'millrace/shared/types/json.js';
import type { WebhookTarget } from 'millrace/shared/types/webhook.js';
import type { Tag } from '../../store/tables/files/match-keys.js';

/** The model and parameters for one module. */
export interface Selection {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
}

/** A file to process, and the chain that processes it. */
export interface ReservationRequest {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** One selection per module in the chain. */
  readonly selections: readonly Selection[];
  readonly fileName: string;
  readonly directory: string;
  readonly tags: readonly Tag[];
  readonly description: string;
  /** How long the file is kept, in seconds, or `null` if it never expires. */
  readonly expireSeconds: number | null;
  /** The webhook to notify when the run ends. */
  readonly webhook?: Required<WebhookTarget>;
  /** Whether the file's input and the outputs of its modules are kept until the file expires. @default false */
  readonly keepInput?: true;
  /** The id of the parent run. The caller must be allowed to see it. */
  readonly parent?: string;
  /** The id of the batch that the file belongs to. The batch must exist. */
  readonly batch?: string;
  /** The id of the newest file at the path, which the new file replaces. The caller must be allowed to change that file. */
  readonly replaces?: string;
  /** The symbolic directory that a client keeps in sync with a local folder. */
  readonly syncRoot?: string;
}

/** The ids of a reserved file and its run. */
export interface Reservation {
  readonly fileId: string;
  readonly runId: string;
}

/** Returns a chain as a single string, for comparing chains. */
export function chainKey(chain: readonly string[]): string {
  return chain.join(',');
}

/** Returns the name of the lock for transactions that add files to a pipeline or move its files. */
export function pipelineLockName(accountId: string, pipeline: string): string {
  return `${accountId} pipeline ${pipeline}`;
}
