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
  readonly expireSeconds: number;
  /** The webhook to notify when the run ends. */
  readonly webhook?: Required<WebhookTarget>;
  /** Whether the file's input and the outputs of its modules are kept until it expires. @default false */
  readonly keepInput?: true;
  /** The id of the run that processes the file as a part of its work. The request may see it. */
  readonly parent?: string;
}

/** The ids of a reserved file and its run. */
export interface Reservation {
  readonly fileId: string;
  readonly runId: string;
}

/** Returns a chain as a single string, so that the database can compare chains. */
export function chainKey(chain: readonly string[]): string {
  return chain.join(',');
}
