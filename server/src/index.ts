export { startServer } from './start-server.js';
export type { RunningServer, StartOptions } from './start-server.js';
export { startWorker } from './start-worker.js';
export type { RunningWorker, WorkerStartOptions } from './start-worker.js';
export { SettingsError } from './settings/config.js';
export type { SettingsInput } from './settings/config.js';
export type { Clock } from './system/clock.js';
export type { Logger, LogLevel } from './system/logger.js';
export { exportStore, importStore } from './transfer-store.js';
export type { StoreOptions } from './with-store.js';
export { createAccount, listAccounts } from './manage-accounts.js';
export type { AccountRecord, NewAccount } from './accounts/accounts.js';
export { describeConversion, listModels, pullModel, tryConversion, tryModel } from './manage-models.js';
export type { ManagedModel, PulledModel, PullOptions } from './manage-models.js';
export { importFile } from './custom-modules/import-file.js';
export { defineModule } from './custom-modules/define-module.js';
export type {
  CustomModule,
  CustomModuleContext,
  CustomModuleFile,
  CustomModuleOutput,
  ParamsSchema,
} from './custom-modules/custom-module.js';
export type { ModuleWarning } from './module-contract/module.js';
export { ModuleError } from './module-contract/module.js';
