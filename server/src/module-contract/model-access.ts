import { noUsage, type Usage } from 'millrace/shared/runs/usage.js';
import type { ModelRoute } from 'millrace/shared/types/server-info.js';
import { createBuiltinOnlySettings, type ModelSettings } from './model-settings.js';

/** The model that a module used. On the endpoint route, `name` is the endpoint's name for the model. */
export interface UsedModel {
  readonly name: string;
  readonly route: ModelRoute;
}

/** A task's access to models: the module's model settings, and the model that the module opened. */
export class ModelAccess {
  readonly settings: ModelSettings;
  /** The owner of the cached responses that the task can use: the account's ID, or an empty string if the server has no accounts. */
  readonly owner: string;
  /** The module's deadline, as a `performance.now()` timestamp, or `undefined` if there is no deadline. */
  readonly deadlineAt: number | undefined;
  /** The model that the module opened, which is recorded with the output, or `undefined` if it has not opened one. */
  usedModel: UsedModel | undefined;
  /** The task's usage of the endpoint and of the response cache so far. */
  readonly usage: Usage = { ...noUsage };

  constructor(settings: ModelSettings = createBuiltinOnlySettings(''), owner = '', deadlineAt?: number) {
    this.settings = settings;
    this.owner = owner;
    this.deadlineAt = deadlineAt;
  }
}
