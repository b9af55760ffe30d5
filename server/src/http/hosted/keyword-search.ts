import type * as z from 'zod';
import type { keywordSearchRequest } from 'millrace/shared/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';
import { findOccurrences } from '../../search/keyword/find-occurrences.js';
import { parseKeywordQuery } from '../../search/keyword/keyword-query.js';
import { selectFiles } from '../../store/tables/select-files.js';
import type { HostedResponse } from './response.js';
import { checkQuery, checkSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { emptyResponse, searchResponse } from './search-response.js';

const stopWordsWarning =
  'WARNING: the following words in the query are in the stop_words list and thus no results will be returned for them';

/** `POST /keyword-search`: returns every occurrence of the query's words in the selected files. */
export async function keywordSearch(call: HostedCall<z.output<typeof keywordSearchRequest>>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  checkSelectors(body, http.limits);
  checkQuery(body.query, http.limits);
  const { engine } = http;
  const selection = await selectFiles(engine.db, access, body.pipeline, body, engine.clock.now());
  const [first] = selection.files;
  if (!first) return emptyResponse(requestId, selection);
  if (first.chain.at(-1) !== 'keyword-db') {
    throw new EngineError(
      'validation',
      `BAD REQUEST: keyword search needs a chain that ends in keyword-db, but this pipeline's chain is ${first.chain.join(', ')}`,
    );
  }
  const query = parseKeywordQuery(body.query);
  const hits = await findOccurrences(
    engine.db,
    selection.files.map((file) => file.id),
    query,
  );
  const queryWarnings = query.stopWords.length > 0 ? [{ [stopWordsWarning]: query.stopWords }] : [];
  return searchResponse(requestId, selection, { countKey: 'num_lines', hits, queryWarnings });
}
