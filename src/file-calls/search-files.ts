import { checkSelection, createFilterRules, toServerFilter } from '../options/filter.js';
import { Issues } from '../options/issues.js';
import { anyValue, integerAtLeast, oneOf, type OptionRules } from '../options/option-rules.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import { ChainError } from '../errors/validation-error.js';
import { createKeywordPage, createKeywordSearchResult, createSemanticSearchResult } from '../print/records.js';
import { looseLimits } from '../shared/rules/limits.js';
import { checkK } from '../shared/rules/arguments.js';
import { checkQuery } from '../shared/rules/free-text.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileFilter } from '../shared/types/files/file-record.js';
import type { Limits } from '../shared/types/limits.js';
import type { ServerInfo } from '../shared/types/server-info.js';
import type {
  KeywordHit,
  KeywordPage,
  KeywordPageOptions,
  KeywordSearchOptions,
  SearchResult,
  SemanticHit,
  SemanticSearchOptions,
} from '../shared/types/search.js';
import { buildSearchBody, type Selectors } from '../shared/wire/bodies.js';
import { createNameCheck } from '../shared/rules/files/file-type.js';
import { callHosted, type PipelineContext } from '../http/call-hosted.js';
import { callV1 } from '../http/call-v1.js';
import { explainWarnings, sortByCreation } from './list-files.js';

type SearchItems<Hit> = Omit<SearchResult<Hit>, 'toRows'>;

/** Searches files for the words in a query. @throws `ChainError` if the chain does not end in `keyword-db`. */
export async function keywordSearch(
  context: PipelineContext,
  query: string,
  options: KeywordSearchOptions,
): Promise<SearchResult<KeywordHit>> {
  requireChainEnd(context, ['keyword-db'], 'keywordSearch()');
  const sortOrder = oneOf('ascending', 'descending');
  const { selectors, requestOptions } = await prepareSearch(context, query, options, 'keywordSearch()', () => ({
    sortOrder,
  }));
  const json = buildSearchBody(context.name, context.chain, query, selectors);
  const action = `search files in pipeline '${context.name}'`;
  const response = await callHosted(
    context,
    { action, path: '/keyword-search', json },
    requestOptions,
    (hosted) => hosted.keywordSearchResponse,
  );
  return createKeywordSearchResult(sortFiles(explainResponseWarnings(context, response), options.sortOrder));
}

/**
 * Searches files for the words in a query, and returns one page of hits.
 *
 * @throws `ChainError` if the chain does not end in `keyword-db`; `ConfigurationError` if the server does not support `/v1`.
 */
export async function keywordPage(
  context: PipelineContext,
  query: string,
  options: KeywordPageOptions,
): Promise<KeywordPage> {
  requireChainEnd(context, ['keyword-db'], 'keywordPage()');
  const { selectors, requestOptions } = await prepareSearch(context, query, options, 'keywordPage()', () => ({
    limit: integerAtLeast(1),
    cursor: anyValue,
    maxFiles: () => 'Expected `limit` and `cursor` for a page, got `maxFiles`',
  }));
  const { connection, name } = context;
  const { limit, cursor } = options;
  const json = { pipeline: name, query, ...toPageSelectors(selectors), limit, cursor };
  const call = { action: `search files in pipeline '${name}'`, path: '/v1/keyword-search', json };
  const page = await callV1(connection, call, requestOptions, (v1) => v1.keywordPageResponse);
  return createKeywordPage({ ...page, warnings: explainWarnings(page.warnings, name) });
}

/** Renames the selectors for `/v1`, and converts the times to ISO format. */
function toPageSelectors(selectors: Selectors) {
  const toIsoTime = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString());
  return {
    fileIds: selectors.fileIds,
    fileNames: selectors.fileNames,
    symbolicDirectoryPaths: selectors.directories,
    symbolicFilePaths: selectors.filePaths,
    fileTags: selectors.tags,
    createdAtStart: toIsoTime(selectors.createdAtStart),
    createdAtEnd: toIsoTime(selectors.createdAtEnd),
    lastUpdatedStart: toIsoTime(selectors.lastUpdatedStart),
    lastUpdatedEnd: toIsoTime(selectors.lastUpdatedEnd),
  };
}

/** Finds the snippets nearest to a query. @throws `ChainError` if the chain does not end in `text-embedder` and `vector-db`. */
export async function semanticSearch(
  context: PipelineContext,
  query: string,
  options: SemanticSearchOptions,
): Promise<SearchResult<SemanticHit>> {
  requireChainEnd(context, ['text-embedder', 'vector-db'], 'semanticSearch()');
  const { sortOrder, k = 5 } = options;
  const { selectors, requestOptions, kind } = await prepareSearch(
    context,
    query,
    options,
    'semanticSearch()',
    (limits) => ({
      sortOrder: oneOf('ascending', 'descending', 'global'),
      k: (value) => checkK(value, limits),
    }),
  );
  const body = buildSearchBody(context.name, context.chain, query, selectors, k);
  const json = kind === 'millrace' ? { ...body, with_models: true } : body;
  const action = `search files in pipeline '${context.name}'`;
  const response = await callHosted(
    context,
    { action, path: '/semantic-search', json },
    requestOptions,
    (hosted) => hosted.semanticSearchResponse,
  );
  const found = explainResponseWarnings(context, response);
  return createSemanticSearchResult(sortOrder === 'global' ? sortHits(found) : sortFiles(found, sortOrder));
}

/**
 * Checks that the chain ends with the modules that a call needs. If the chain is known at compile time, the compiler has already checked
 * this.
 *
 * @throws `ChainError` if the chain ends with other modules.
 */
function requireChainEnd({ chain }: PipelineContext, lastModules: readonly string[], callName: string): void {
  if (chain.slice(-lastModules.length).join() === lastModules.join()) return;
  throw new ChainError(
    `Expected a chain ending in ${lastModules.map((name) => `'${name}'`).join(', ')} for ${callName}, got one ending in '${chain.at(-1) ?? ''}'`,
    chain.length - 1,
  );
}

interface PreparedSearch {
  readonly selectors: Selectors;
  readonly requestOptions: RequestOptions;
  readonly kind: ServerInfo['kind'];
}

/**
 * Checks the arguments of a search, and converts the file filter to selectors.
 *
 * @param createRules Returns the rules for the search's own options. These rules override those for the file filter.
 */
async function prepareSearch(
  { connection, chain }: PipelineContext,
  query: string,
  options: Omit<FileFilter, 'sortOrder'> & RequestOptions,
  callName: string,
  createRules: (limits: Limits) => OptionRules,
): Promise<PreparedSearch> {
  const issues = new Issues();
  const check = (limits: Limits): void => {
    const rules = {
      ...createFilterRules(limits, createNameCheck(chain, limits)),
      ...createRules(limits),
      ...requestRules,
    };
    const filter = issues.check(options, rules, callName);
    issues.add(['query'], checkQuery(query, limits));
    checkSelection(filter, issues);
    issues.throwIfAny();
  };
  check(looseLimits);
  const requestOptions = pickRequestOptions(options);
  const { kind, limits } = await connection.getServerInfo(requestOptions);
  check(limits);
  return { selectors: toServerFilter(options, limits), requestOptions, kind };
}

function explainResponseWarnings<Hit>({ name }: PipelineContext, response: SearchItems<Hit>): SearchItems<Hit> {
  return { ...response, warnings: explainWarnings(response.warnings, name) };
}

function sortFiles<Hit>(
  response: SearchItems<Hit>,
  order: 'ascending' | 'descending' = 'descending',
): SearchItems<Hit> {
  return { ...response, items: sortByCreation(response.items, (item) => item.file.createdAt, order) };
}

/** Returns one item per hit, nearest first across all files. */
function sortHits(response: SearchItems<SemanticHit>): SearchItems<SemanticHit> {
  const items = response.items
    .flatMap(({ file, hits }) => hits.map((hit) => ({ file, hit })))
    .sort((a, b) => a.hit.distance - b.hit.distance)
    .map(({ file, hit }) => ({ file, hits: [hit] }));
  return { ...response, items };
}
