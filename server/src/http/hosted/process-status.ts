import type * as z from 'zod';
import type { processStatusRequest } from 'millrace/shared/wire/requests.js';
import { findRun } from '../../store/tables/runs.js';
import { ok, refuse, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
import { isId } from './check-arguments.js';

/** `POST /krixik-core-process-status`: returns which modules of a run have finished, or which one failed. */
export async function processStatus(call: HostedCall<z.output<typeof processStatusRequest>>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  const { pipeline, process_id } = body;
  const run = isId(process_id) ? await findRun(http.engine.db, access, process_id, http.engine.clock.now()) : undefined;
  if (run?.status.kind !== 'hosted') {
    const message = `FAILURE: the process request_id ${process_id} was not found: it never existed, was deleted or has expired`;
    return refuse(400, { pipeline, requestId, message, code: 'not_found' });
  }
  const { status } = run;
  if (status.of !== pipeline) {
    const message = 'FAILURE: pipeline of process_id does not match associated file pipeline';
    return refuse(400, { pipeline, requestId, fileId: status.fileId, message, code: 'wrong_pipeline' });
  }
  const failed = status.overallStatus === 'failed';
  const stopped = status.tasks.find((task) => task.state === status.state);
  return ok({
    request_id: requestId,
    file_id: status.fileId,
    message: 'SUCCESS: process_status found',
    pipeline,
    process_status: failed ? null : status.processStatus,
    failure_status: failed
      ? {
          process_id: status.requestId,
          failure_module: status.error?.task ?? stopped?.name ?? null,
          message: status.error?.message ?? null,
        }
      : null,
  });
}
