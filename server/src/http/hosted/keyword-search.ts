import type * as z from 'zod';
import type { keywordSearchRequest } from 'millrace/shared/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';
import { findOccurrences } from '../../search/keyword/find-occurrences.js';
import { parseKeywordQuery, type KeywordQuery } from '../../search/keyword/keyword-query.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFiles } from '../../store/tables/files/select-files.js';
import type { HostedResponse, Warning } from './response.js';
import { assertQuery, assertSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { createEmptySearchResponse, createSearchResponse } from './search-response.js';

/** `POST /keyword-search`: returns all occurrences of the query's words, except stop words, in the selected files. */
export async function keywordSearch(call: HostedCall<z.output<typeof keywordSearchRequest>>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  assertSelectors(body, http.limits);
  assertQuery(body.query, http.limits);
  const { engine } = http;
  const selection = await selectFiles(engine.db, access, body.pipeline, body, engine.clock.now());
  const [first] = selection.files;
  if (!first) return createEmptySearchResponse(requestId, selection);
  const problem = checkKeywordChain(first);
  if (problem) throw new EngineError('validation', `BAD REQUEST: ${problem}`);
  const query = parseKeywordQuery(body.query);
  const hits = await findOccurrences(
    engine.db,
    selection.files.map((file) => file.id),
    query,
  );
  return createSearchResponse(requestId, selection, {
    countKey: 'num_lines',
    hits,
    searchWarnings: getStopWordWarnings(query),
  });
}

const stopWordsWarning =
  'WARNING: the following words in the query are in the stop_words list and thus no results will be returned for them';

/** Returns a warning about the stop words in a query, if there are any. */
export function getStopWordWarnings({ stopWords }: KeywordQuery): Warning[] {
  return stopWords.length > 0 ? [{ [stopWordsWarning]: stopWords }] : [];
}

/** Returns an error message if a file's chain does not end in `keyword-db`. */
export function checkKeywordChain({ chain }: FileRow): string | undefined {
  if (chain.at(-1) === 'keyword-db') return undefined;
  return `keyword search needs a chain that ends in keyword-db, but this pipeline's chain is ${chain.join(', ')}`;
}
