import type * as z from 'zod';
import type { processStatusRequest } from 'millrace/shared/wire/requests.js';
import { findRun } from '../../store/tables/runs.js';
import { ok, hostedError, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
import { isId } from './check-arguments.js';

/** `POST /krixik-core-process-status`: returns which modules of a run are completed or, if the run failed, why and in which module. */
export async function processStatus(call: HostedCall<z.output<typeof processStatusRequest>>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  const { pipeline, process_id } = body;
  const run = isId(process_id) ? await findRun(http.engine.db, access, process_id, http.engine.clock.now()) : undefined;
  if (run?.status.kind !== 'hosted') {
    const message = `FAILURE: the process request_id ${process_id} was not found: it never existed, was deleted or has expired`;
    return hostedError(400, { pipeline, requestId, message, code: 'not_found' });
  }
  const { status } = run;
  if (status.of !== pipeline) {
    const message = 'FAILURE: pipeline of process_id does not match associated file pipeline';
    return hostedError(400, { pipeline, requestId, fileId: status.fileId, message, code: 'wrong_pipeline' });
  }
  const hasFailed = status.overallStatus === 'failed';
  const failedTask = status.tasks.find((task) => task.state === status.state);
  return ok({
    request_id: requestId,
    file_id: status.fileId,
    message: 'SUCCESS: process_status found',
    pipeline,
    process_status: hasFailed ? null : status.processStatus,
    failure_status: hasFailed
      ? {
          process_id: status.requestId,
          failure_module: status.error?.task ?? failedTask?.name ?? null,
          message: status.error?.message ?? null,
        }
      : null,
  });
}
