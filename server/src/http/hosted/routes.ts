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
import { hostedEndpoint, type HostedCall } from './endpoint.js';
import { fetchOutput } from './fetch-output.js';
import { keywordSearch } from './keyword-search.js';
import { listFiles, showTree } from './list.js';
import { processFile } from './process-file.js';
import { processStatus } from './process-status.js';
import { ok, type HostedResponse } from './response.js';
import { semanticSearch } from './semantic-search.js';
import { updateMetadata } from './update.js';

/** The hosted protocol: eleven `POST` paths at the root. */
export function hostedRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post(
    '/cli-checkin',
    // the body is not validated: clients send JSON inside a JSON string
    hostedEndpoint(http, z.unknown(), async ({ requestId }) =>
      ok({ request_id: requestId, message: 'SUCCESS: you are authenticated' }),
    ),
  );
  app.post('/krixik-core-cap-check', hostedEndpoint(http, z.unknown(), checkCap));
  app.post('/krixik-core-process', hostedEndpoint(http, processRequest, processFile, { onlyStatus400: true }));
  app.post('/krixik-core-process-status', hostedEndpoint(http, processStatusRequest, processStatus));
  app.post('/krixik-core-fetch-output', hostedEndpoint(http, fileRequest, fetchOutput));
  app.post('/krixik-core-delete', hostedEndpoint(http, fileRequest, deleteFile));
  app.post('/krixik-core-list', hostedEndpoint(http, listRequest, listFiles));
  app.post('/krixik-core-update', hostedEndpoint(http, updateRequest, updateMetadata));
  app.post('/krixik-core-show-tree', hostedEndpoint(http, showTreeRequest, showTree));
  app.post('/keyword-search', hostedEndpoint(http, keywordSearchRequest, keywordSearch));
  app.post('/semantic-search', hostedEndpoint(http, semanticSearchRequest, semanticSearch));
}

/** `POST /krixik-core-cap-check`: returns how many files the account has processed. A self-hosted server has no cap. */
async function checkCap({ http, access, requestId }: HostedCall<unknown>): Promise<HostedResponse> {
  return ok({
    request_id: requestId,
    message: 'SUCCESS: there is no cap',
    user_id: access.account,
    units_used: await readUnitsUsed(http.engine.db, access),
    units_cap: null,
  });
}
