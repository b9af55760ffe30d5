export { Client } from './client.js';
export { currentSignal } from './flow/running/context.js';
export { flow } from './flow/flow.js';
export { log, type Log } from './flow/log.js';
export { bindRun } from './flow/bind-run.js';
export { memoryStore } from './stores/memory-store.js';
export { pipeline } from './flow/pipeline.js';
export { progress } from './flow/progress.js';
export { resume } from './flow/resume.js';
export { getRun } from './flow/running/run-registry.js';
export { task } from './flow/task.js';

export {
  ApiError,
  AuthenticationError,
  ForbiddenError,
  NotFinishedError,
  NotFoundError,
  RateLimitError,
} from './errors/api-error.js';
export { ChainError, ValidationError } from './errors/validation-error.js';
export { ConfigurationError } from './errors/configuration-error.js';
export { ConnectionError, TimeoutError } from './errors/connection-error.js';
export { IntegrityError, ResponseShapeError } from './errors/response-error.js';
export { isMillraceError } from './errors/is-millrace-error.js';
export { MillraceError } from './errors/millrace-error.js';
export { ProcessFailedError } from './errors/process-failed-error.js';
export { RunFailedError } from './errors/run-failed-error.js';
export { SaveError, type SaveErrorOptions } from './errors/save-error.js';
export { verifyWebhook, type VerifyWebhookOptions } from './webhooks/verify-webhook.js';
export { WebhookError } from './errors/webhook-error.js';
export { WaitTimeoutError } from './errors/wait-timeout-error.js';

export { directoryStore } from './stores/directory-store.js';

export { signWebhook, type SignWebhookOptions, type WebhookHeaders } from './webhooks/sign-webhook.js';

export type { OutputInMemory } from './shared/modules/chain.js';
export type { ClientOptions, RequestOptions, Logger, LogLevel, Outage } from './shared/types/client-options.js';
export type { ErrorCode, Issue } from './shared/types/error-code.js';
export type {
  ByteStream,
  FileInput,
  FileMetadata,
  FileTag,
  ResponseInput,
  StreamInput,
  WebStream,
} from './shared/types/files/file-input.js';
export type { ApiKeyInfo, CreatedApiKey, NewApiKey } from './shared/types/api-key.js';
export type { Role } from './shared/rules/roles.js';
export type { Keys } from './resources/keys.js';
export type { Audit, AuditFilter } from './resources/audit.js';
export type { FailureFilter, Pipelines, RangeFilter } from './resources/pipelines.js';
export type {
  FailureGroup,
  FailureGroups,
  PipelineSummaries,
  PipelineSummary,
  RunDurations,
  RunMeasures,
  RunStats,
  StatsRange,
} from './shared/runs/run-stats.js';
export type { SignInLink } from './shared/types/session.js';
export type { AuditAction, AuditEntry, AuditPage } from './shared/types/audit.js';
export type {
  Citation,
  Classification,
  ClassifyParams,
  ExtractParams,
  Extraction,
  ExtractionTarget,
} from './shared/types/extraction.js';
export type { FileDeleteOptions, FileOutputOptions, Files } from './resources/files.js';
export type {
  FileEntry,
  FileEntryPage,
  FileListOptions,
  FileLookup,
  FoundFile,
  LookupOptions,
} from './shared/types/files/file-lookup.js';
export type { FileOutputPage, OutputKind } from './shared/types/files/file-output.js';
export type {
  FileChanges,
  FileFilter,
  FilePage,
  FileRecord,
  FileRow,
  FileTree,
  PipelineFile,
} from './shared/types/files/file-record.js';
export type { Json } from './shared/types/json.js';
export type { Limits } from './shared/types/limits.js';
export type { LocalPipeline, LocalPipelineOptions, StepInfo } from './flow/types/local-pipeline.js';
export type { CallOptions, LocalRun, LocalWaitOptions, ResumeOptions, RunOptions } from './flow/types/local-run.js';
export type {
  BatchRun,
  BatchSummary,
  DirectoryFiles,
  FileResult,
  FileResultRow,
  FileSet,
  GlobFiles,
  ManyItem,
  OnChange,
  ProcessManyOptions,
  SkipReason,
} from './shared/types/files/many-files.js';
export type {
  Caption,
  DataFormat,
  ModuleName,
  ModuleRegistry,
  ReadingParams,
  RecognisedText,
  SentimentSnippet,
  Snippet,
  Spec,
  Transcript,
} from './shared/modules/module.js';
export type { ModuleSelections } from './shared/modules/module-selection.js';
export type { ModuleConfig, PipelineConfig } from './shared/modules/pipeline-config.js';
export type {
  Pipeline,
  PipelineBase,
  PipelineOptions,
  ResetOptions,
  TreeOptions,
  WithKeywordSearch,
  WithSemanticSearch,
} from './shared/types/pipeline.js';
export type {
  FetchedInput,
  FetchInputOptions,
  FetchOutputOptions,
  IfExists,
  ProcessOptions,
  ProcessResult,
  ProcessEvent,
  OutputStream,
  StartOptions,
  StreamOutputOptions,
  TransferProgress,
  WaitOptions,
} from './shared/types/process.js';
export type { SyncAction, SyncChange, SyncOptions, SyncRow, SyncSummary } from './shared/types/files/sync.js';
export type { RunHandle } from './shared/types/run-handle.js';
export type { RunReporter, RunStore } from './shared/runs/run-observer.js';
export type { LogLine, LogLineLevel, LogPage, ResumePoint, RunEvent, StoredLogLine } from './shared/runs/run-event.js';
export type { RunFilter, RunListFilter, RunSort } from './resources/run-filter.js';
export type { LogOptions } from './resources/run-log.js';
export type { RerunOptions, Runs } from './resources/runs.js';
export type { BatchFilter, Batches } from './resources/batches.js';
export type {
  BatchCounts,
  BatchDetails,
  BatchFailure,
  BatchPage,
  BatchState,
  BatchStatus,
} from './shared/runs/batch-status.js';
export type { BulkJob, BulkOptions, BulkSelection, BulkWaitOptions } from './resources/bulk.js';
export type { BulkAction, BulkJobStatus, BulkPreview, BulkRefusal } from './shared/types/bulk.js';
export type { RunWaitOptions, WatchOptions } from './wait/watch-run.js';
export type { RunWatchFilter, WatchAllOptions } from './resources/watch-all-runs.js';
export type {
  Progress,
  RunError,
  RunErrorCode,
  RunRow,
  RunState,
  RunStatus,
  RunSummary,
  TaskRow,
  TaskStatus,
} from './shared/runs/run-status.js';
export type { RunPage, RunPoint, RunPoints, RunTask } from './shared/runs/run-lists.js';
export type { RunWarning } from './shared/runs/run-warning.js';
export type { Usage } from './shared/runs/usage.js';
export type { Rows } from './shared/types/rows.js';
export type {
  KeywordHit,
  KeywordRow,
  KeywordPage,
  KeywordPageOptions,
  KeywordSearchOptions,
  SearchedFile,
  SearchResult,
  SemanticHit,
  SemanticRow,
  SemanticSearchOptions,
} from './shared/types/search.js';
export type { ModelInfo, ModelParam, ModelRoute, ModuleInfo, ServerInfo } from './shared/types/server-info.js';
export type { StandardSchema } from './flow/types/standard-schema.js';
export type { AttemptOptions, RetryDelay } from './flow/types/attempt-options.js';
export type { Flow, FlowOptions, Task, TaskOptions } from './flow/types/task.js';
export type {
  CreatedWebhook,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  BatchWebhookEvent,
  RunWebhookEvent,
  WebhookEvent,
  WebhookEventType,
  WebhookTarget,
} from './shared/types/webhook.js';
export type { DeliveryFilter, Webhooks } from './resources/webhooks.js';
export type { WorkerPipeline, WorkerRecord } from './shared/types/worker.js';
export type { Workers } from './resources/workers.js';
export type { WorkerOptions } from './report/start-worker.js';
export type { StartArguments, StartResult, StartRunOptions } from './report/start-run.js';
export { isStartable, type Startable } from './report/startable.js';
export type { StartedRun } from './report/started-run.js';
export type { Worker } from './report/worker.js';
