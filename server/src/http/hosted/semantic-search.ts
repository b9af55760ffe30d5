import type * as z from 'zod';
import type { semanticSearchRequest } from 'millrace/shared/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';
import { findEmbedderIndex } from '../../search/semantic/query-embedder.js';
import { SearchError, searchSemantically, type SearchedFile } from '../../search/semantic/semantic-search.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFiles } from '../../store/tables/files/select-files.js';
import { installSentenceEncoderCommand } from '../../models/packages/sentence-encoder.js';
import type { HttpContext } from '../http-context.js';
import type { HostedResponse, Warning } from './response.js';
import { assertQuery, assertSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { getLastModuleFact, createEmptySearchResponse, createSearchResponse } from './search-response.js';

const defaultK = 5;

/** `POST /semantic-search`: returns, for each selected file, the snippets closest in meaning to the query. */
export async function semanticSearch(
  call: HostedCall<z.output<typeof semanticSearchRequest>>,
): Promise<HostedResponse> {
  const { http, access, body, requestId, signal } = call;
  assertSelectors(body, http.limits);
  assertQuery(body.query, http.limits, body.k);
  const { engine } = http;
  const selection = await selectFiles(engine.db, access, body.pipeline, body, engine.clock.now());
  const [first] = selection.files;
  if (!first) return createEmptySearchResponse(requestId, selection);
  const embedderIndex = findEmbedderIndex(first.chain);
  if (embedderIndex === undefined) {
    throw new EngineError(
      'validation',
      `BAD REQUEST: semantic search needs a chain that ends in text-embedder, vector-db, but this pipeline's chain is ${first.chain.join(', ')}`,
    );
  }
  const files = selection.files.map((file) => toSearchedFile(file, embedderIndex));
  try {
    const options = { query: body.query, k: body.k ?? defaultK, signal };
    const { hits, unsearchedFileIdsByReason } = await searchSemantically(http.semanticSearch, files, options);
    const searchWarnings: Warning[] = [...unsearchedFileIdsByReason].map(([reason, ids]) => ({
      [`WARNING: the following file_ids could not be searched: ${reason}`]: ids,
    }));
    if (body.with_models) searchWarnings.push(...getModelAdvice(http, access.account, files));
    const getModel = (file: FileRow): string => getUsedModel(file, embedderIndex);
    const modelOption = body.with_models ? { getModel } : {};
    return {
      ...createSearchResponse(requestId, selection, { countKey: 'num_vectors', ...modelOption, hits, searchWarnings }),
      floatKey: 'distance',
    };
  } catch (error) {
    throw error instanceof SearchError ? new EngineError('validation', error.message) : error;
  }
}

function toSearchedFile(file: FileRow, embedderIndex: number): SearchedFile {
  const { model, params } = file.selections[`module_${embedderIndex + 1}`] ?? { model: '', params: {} };
  return {
    id: file.id,
    indexBlob: file.output_blob ?? '',
    count: Number(getLastModuleFact(file, 'num_vectors')),
    embedder: { model, params },
  };
}

/**
 * Returns the model that embedded a file's texts: the model recorded in the facts, or the selected model if the facts contain no model.
 * If an endpoint embedded the texts, the recorded model is the endpoint's model.
 */
function getUsedModel(file: FileRow, embedderIndex: number): string {
  const key = `module_${embedderIndex + 1}`;
  const recordedModel = file.facts[key]?.['model'];
  return typeof recordedModel === 'string' ? recordedModel : (file.selections[key]?.model ?? '');
}

/**
 * Returns a warning that explains how to search by meaning, if any of the files was embedded with the built-in model, which compares
 * words, and this model is the server's default. Until the server restarts, each account receives the warning only once.
 */
function getModelAdvice(http: HttpContext, account: string, files: readonly SearchedFile[]): Warning[] {
  const builtinModel = 'builtin-hash-384';
  if (http.engine.modules.find('text-embedder')?.defaultModel !== builtinModel) return [];
  if (http.advisedAccounts.has(account) || !files.some((file) => file.embedder.model === builtinModel)) return [];
  http.advisedAccounts.add(account);
  const advice = `${builtinModel} compares words, not meaning. To search English texts by meaning, run this command where the server is installed, restart the server, and process the files again`;
  return [{ [`WARNING: ${advice}`]: [installSentenceEncoderCommand] }];
}
