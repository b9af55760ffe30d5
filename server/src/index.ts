export { startServer } from './start-server.js';
export type { RunningServer, StartOptions } from './start-server.js';
export { startWorker } from './start-worker.js';
export type { RunningWorker, WorkerStartOptions } from './start-worker.js';
export { SettingsError } from './config.js';
export type { SettingsInput } from './config.js';
export type { Clock } from './clock.js';
export type { Logger, LogLevel } from './logger.js';
