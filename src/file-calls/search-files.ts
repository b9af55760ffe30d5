import { checkSelection, filterTable, readFilter } from '../options/filter.js';
import { Issues } from '../options/issues.js';
import { oneOf, type OptionTable } from '../options/option-table.js';
import { pickRequestOptions, requestTable } from '../options/request-options.js';
import { ChainError } from '../errors/validation-error.js';
import { showKeywordSearch, showSemanticSearch } from '../print/records.js';
import { looseLimits } from '../shared/rules/limits.js';
import { checkK } from '../shared/rules/arguments.js';
import { checkQuery } from '../shared/rules/free-text.js';
import type { Limits } from '../shared/types/limits.js';
import type {
  KeywordHit,
  KeywordSearchOptions,
  SearchResult,
  SemanticHit,
  SemanticSearchOptions,
} from '../shared/types/search.js';
import { searchBody } from '../shared/wire/bodies.js';
import { inputNameRule } from '../shared/rules/file-type.js';
import { hostedCall, type PipelineContext } from '../http/hosted-call.js';
import { explainWarnings, sortByCreation } from './list-files.js';

type Found<Hit> = Omit<SearchResult<Hit>, 'toRows'>;

/** Searches files for the words in a query. @throws `ChainError` if the chain does not end in `keyword-db`. */
export async function keywordSearch(
  context: PipelineContext,
  query: string,
  options: KeywordSearchOptions,
): Promise<SearchResult<KeywordHit>> {
  requireChainEnd(context, ['keyword-db'], 'keywordSearch()');
  const orders = ['ascending', 'descending'];
  const { json, request, sortOrder } = await prepareSearch(context, query, options, 'keywordSearch()', orders);
  const what = `search files in pipeline '${context.name}'`;
  const response = await hostedCall(
    context,
    { what, path: '/keyword-search', json },
    request,
    (h) => h.keywordSearchResponse,
  );
  return showKeywordSearch(sortFiles(explained(context, response), sortOrder));
}

/** Finds the snippets nearest to a query. @throws `ChainError` if the chain does not end in `text-embedder`, `vector-db`. */
export async function semanticSearch(
  context: PipelineContext,
  query: string,
  options: SemanticSearchOptions,
): Promise<SearchResult<SemanticHit>> {
  requireChainEnd(context, ['text-embedder', 'vector-db'], 'semanticSearch()');
  const orders = ['ascending', 'descending', 'global'];
  const { json, request, sortOrder } = await prepareSearch(context, query, options, 'semanticSearch()', orders);
  const what = `search files in pipeline '${context.name}'`;
  const response = await hostedCall(
    context,
    { what, path: '/semantic-search', json },
    request,
    (hosted) => hosted.semanticSearchResponse,
  );
  const found = explained(context, response);
  return showSemanticSearch(sortOrder === 'global' ? sortHits(found) : sortFiles(found, sortOrder));
}

/** Checks how the chain ends. The compiler already checks this if the chain is statically known. */
function requireChainEnd({ chain }: PipelineContext, end: readonly string[], callName: string): void {
  if (chain.slice(-end.length).join() === end.join()) return;
  throw new ChainError(
    `Expected a chain ending in ${end.map((name) => `'${name}'`).join(', ')} for ${callName}, got one ending in '${chain.at(-1) ?? ''}'`,
    chain.length - 1,
  );
}

async function prepareSearch<Order extends string>(
  { connection, name, chain }: PipelineContext,
  query: string,
  options: Omit<SemanticSearchOptions, 'sortOrder'> & { sortOrder?: Order | undefined },
  callName: string,
  orders: readonly string[],
) {
  const issues = new Issues();
  const isSemantic = orders.includes('global');
  const check = (limits: Limits): void => {
    const table = {
      ...filterTable(limits, inputNameRule(chain, limits)),
      sortOrder: oneOf(...orders),
      ...requestTable,
      ...(isSemantic && { k: (value: unknown) => checkK(value, limits) }),
    };
    const known = issues.check(options, table as OptionTable, callName);
    issues.add(['query'], checkQuery(query, limits));
    checkSelection(known, issues);
    issues.throwIfAny();
  };
  check(looseLimits);
  const { sortOrder, k = 5 } = options;
  const request = pickRequestOptions(options);
  const { limits } = await connection.server(request);
  check(limits);
  const json = searchBody(name, chain, query, readFilter(options, limits), isSemantic ? k : undefined);
  return { json, request, sortOrder: sortOrder ?? ('descending' as const) };
}

function explained<Hit>({ name }: PipelineContext, response: Found<Hit>): Found<Hit> {
  return { ...response, warnings: explainWarnings(response.warnings, name) };
}

function sortFiles<Hit>(response: Found<Hit>, order: 'ascending' | 'descending'): Found<Hit> {
  return { ...response, items: sortByCreation(response.items, (item) => item.file.createdAt, order) };
}

/** Returns one item per hit, nearest first across all files. */
function sortHits(response: Found<SemanticHit>): Found<SemanticHit> {
  const items = response.items
    .flatMap(({ file, hits }) => hits.map((hit) => ({ file, hit })))
    .sort((a, b) => a.hit.distance - b.hit.distance)
    .map(({ file, hit }) => ({ file, hits: [hit] }));
  return { ...response, items };
}
