import type { RunStatus } from '../shared/runs/run-status.js';
import type { ProcessStatusResponse } from '../shared/wire/hosted-responses.js';
import type { PipelineContext } from '../http/hosted-call.js';
/** Builds a run's record from the hosted protocol's status, which contains only the finished modules or the failed one. */
export declare function synthesiseStatus({ name, chain }: PipelineContext, requestId: string, { done, failure, fileId }: ProcessStatusResponse): RunStatus;
