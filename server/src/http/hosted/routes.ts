import type { Hono } from 'hono';
import * as z from 'zod';
import {
  fileRequest,
  keywordSearchRequest,
  listRequest,
  processRequest,
  processStatusRequest,
  semanticSearchRequest,
  showTreeRequest,
  updateRequest,
} from 'millrace/shared/wire/requests.js';
import { readUnitsUsed } from '../../store/tables/account-counters.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { deleteFile } from './delete.js';
import { createHostedEndpoint, type HostedCall } from './endpoint.js';
import { fetchOutput } from './fetch-output.js';
import { keywordSearch } from './keyword-search.js';
import { listFiles, showTree } from './list.js';
import { processFile } from './process-file.js';
import { processStatus } from './process-status.js';
import { ok, type HostedResponse } from './response.js';
import { semanticSearch } from './semantic-search.js';
import { updateMetadata } from './update.js';

/** Adds the routes of the hosted protocol, whose paths have no common prefix. */
export function addHostedRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post(
    '/cli-checkin',
    // accept any JSON body, because the hosted service's clients send a JSON string that itself contains JSON
    createHostedEndpoint(http, z.unknown(), async ({ requestId }) =>
      ok({ request_id: requestId, message: 'SUCCESS: you are authenticated' }),
    ),
  );
  app.post('/krixik-core-cap-check', createHostedEndpoint(http, z.unknown(), checkCap));
  app.post(
    '/krixik-core-process',
    createHostedEndpoint(http, processRequest, processFile, { clientErrorsAs400: true }),
  );
  app.post('/krixik-core-process-status', createHostedEndpoint(http, processStatusRequest, processStatus));
  app.post('/krixik-core-fetch-output', createHostedEndpoint(http, fileRequest, fetchOutput));
  app.post('/krixik-core-delete', createHostedEndpoint(http, fileRequest, deleteFile));
  app.post('/krixik-core-list', createHostedEndpoint(http, listRequest, listFiles));
  app.post('/krixik-core-update', createHostedEndpoint(http, updateRequest, updateMetadata));
  app.post('/krixik-core-show-tree', createHostedEndpoint(http, showTreeRequest, showTree));
  app.post('/keyword-search', createHostedEndpoint(http, keywordSearchRequest, keywordSearch));
  app.post('/semantic-search', createHostedEndpoint(http, semanticSearchRequest, semanticSearch));
}

/**
 * `POST /krixik-core-cap-check`: returns the number of files that the account has processed or, if the API key is restricted to certain
 * names, the number of finished files that are visible to the key. A self-hosted server has no cap.
 */
async function checkCap({ http, access, requestId }: HostedCall<unknown>): Promise<HostedResponse> {
  return ok({
    request_id: requestId,
    message: 'SUCCESS: there is no cap',
    user_id: access.account,
    units_used: await readUnitsUsed(http.engine.db, access),
    units_cap: null,
  });
}
