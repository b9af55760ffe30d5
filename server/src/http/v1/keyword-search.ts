import type { Hono } from 'hono';
import { joinFilePath } from 'millrace/shared/rules/files/file-path.js';
import * as z from 'zod';
import { findKeywordPage } from '../../search/keyword/keyword-page.js';
import { parseKeywordQuery } from '../../search/keyword/keyword-query.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFiles } from '../../store/tables/files/select-files.js';
import { ApiError } from '../api-error.js';
import { assertQuery, assertSelectors } from '../hosted/check-arguments.js';
import { checkKeywordChain, getStopWordWarnings } from '../hosted/keyword-search.js';
import { getSelectionWarnings } from '../hosted/response.js';
import { getLastModuleFact } from '../hosted/search-response.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody, decodeCursor, encodeCursor } from './parse-query.js';

const stringList = z.array(z.string()).nullish();
const unixSeconds = z.iso
  .datetime()
  .transform((text) => Math.floor(Date.parse(text) / 1000))
  .nullish();

const searchRequest = z.object({
  pipeline: z.string(),
  query: z.string(),
  fileIds: stringList,
  fileNames: stringList,
  symbolicDirectoryPaths: stringList,
  symbolicFilePaths: stringList,
  fileTags: z.array(z.record(z.string(), z.string())).nullish(),
  createdAtStart: unixSeconds,
  createdAtEnd: unixSeconds,
  lastUpdatedStart: unixSeconds,
  lastUpdatedEnd: unixSeconds,
  limit: z.int().min(1).max(10_000).default(1000),
  cursor: z.string().nullish(),
});

/**
 * `POST /v1/keyword-search`: returns a page of the occurrences of a query's words, except stop words, in the selected files, newest files
 * first.
 */
export function addKeywordSearchRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, limits, settings } = http;
  app.post('/v1/keyword-search', async (c) => {
    const { pipeline, query: text, limit, cursor, ...body } = parseBody(searchRequest, await readJson(c, settings));
    const selectors = toSelectors(body);
    assertSelectors(selectors, limits, describeProblem);
    assertQuery(text, limits, undefined, describeProblem);
    const access = c.get('access');
    const now = engine.clock.now();
    const query = parseKeywordQuery(text);
    const after = cursor == null ? undefined : decodeCursor(cursor);
    // the chain check and the warnings are needed only for the first page
    const selection = after
      ? undefined
      : await selectFiles(engine.db, access, pipeline, { ...selectors, max_files: 1 }, now);
    const [firstFile] = selection?.files ?? [];
    const problem = firstFile && checkKeywordChain(firstFile);
    if (problem !== undefined) throw new ApiError(400, 'validation', problem);
    const page = await findKeywordPage(engine.db, access, { pipeline, selectors, query, limit, after }, now);
    return c.json({
      items: page.items.map(({ file, hits }) => ({
        file: toFile(file),
        hits: hits.map((hit) => ({
          keyword: hit.keyword,
          lineNumber: hit.line_number,
          keywordNumber: hit.keyword_number,
        })),
      })),
      warnings: selection ? [...getSelectionWarnings(selection), ...getStopWordWarnings(query)] : [],
      nextCursor: encodeCursor(page.next),
    });
  });
}

type SelectorFields = Omit<z.output<typeof searchRequest>, 'pipeline' | 'query' | 'limit' | 'cursor'>;

function toSelectors(body: SelectorFields) {
  return {
    file_ids: body.fileIds,
    file_names: body.fileNames,
    symbolic_directory_paths: body.symbolicDirectoryPaths,
    symbolic_file_paths: body.symbolicFilePaths,
    file_tags: body.fileTags,
    created_at_start: body.createdAtStart,
    created_at_end: body.createdAtEnd,
    last_updated_start: body.lastUpdatedStart,
    last_updated_end: body.lastUpdatedEnd,
  };
}

/**
 * Returns the error message for an invalid argument. Converts the argument's name from snake case (hosted protocol) to camel case (`/v1`).
 */
function describeProblem(argument: string, problem: string): string {
  const name = argument.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `Expected a valid request: ${name}: ${problem}`;
}

function toFile(file: FileRow) {
  return {
    fileId: file.id,
    fileName: file.file_name,
    symbolicDirectoryPath: file.directory,
    symbolicFilePath: joinFilePath(file.directory, file.file_name),
    fileTags: file.tags,
    createdAt: file.created_at.toISOString(),
    lastUpdated: file.updated_at.toISOString(),
    numLines: getLastModuleFact(file, 'num_lines'),
  };
}
