import type * as z from 'zod';
import type { semanticSearchRequest } from 'millrace/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';
import { selectFiles } from '../../store/select-files.js';
import type { HostedAnswer } from './answer.js';
import { checkQuery, checkSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { nothingSelected } from './search-answer.js';

/**
 * `POST /semantic-search`. This server has no embedder yet, so no file with vectors is ever finished: the selection is empty, or
 * it is of a pipeline that has no vectors.
 */
export async function semanticSearch(call: HostedCall<z.output<typeof semanticSearchRequest>>): Promise<HostedAnswer> {
  const { http, account, body, requestId } = call;
  checkSelectors(body, http.limits);
  checkQuery(body.query, http.limits, body.k);
  const { engine } = http;
  const selection = await selectFiles(engine.db, account.id, body.pipeline, body, engine.clock.now());
  const [first] = selection.files;
  if (!first) return nothingSelected(requestId, selection);
  throw new EngineError(
    'validation',
    `BAD REQUEST: semantic search needs a chain that ends in text-embedder, vector-db, this pipeline's is ${first.chain.join(', ')}`,
  );
}
