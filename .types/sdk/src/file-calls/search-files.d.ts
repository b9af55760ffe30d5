import type { KeywordHit, KeywordSearchOptions, SearchResult, SemanticHit, SemanticSearchOptions } from '../shared/types/search.js';
import { type PipelineContext } from '../http/hosted-call.js';
/** Searches files for the words in a query. @throws `ChainError` if the chain does not end in `keyword-db`. */
export declare function keywordSearch(context: PipelineContext, query: string, options: KeywordSearchOptions): Promise<SearchResult<KeywordHit>>;
/** Finds the snippets nearest to a query. @throws `ChainError` if the chain does not end in `text-embedder`, `vector-db`. */
export declare function semanticSearch(context: PipelineContext, query: string, options: SemanticSearchOptions): Promise<SearchResult<SemanticHit>>;
