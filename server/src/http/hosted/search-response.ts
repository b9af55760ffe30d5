import type { FileRow } from '../../store/tables/files/files.js';
import type { FileSelection } from '../../store/tables/files/select-files.js';
import { ok, type HostedResponse, getSelectionWarnings, type Warning, formatTimestamp } from './response.js';

/** The results of a keyword search or a semantic search. */
interface SearchResults<Hit> {
  /** The key of a file's line or vector count, both in the last module's facts and in the response. */
  readonly countKey: 'num_lines' | 'num_vectors';
  /** Returns the name of the model that embedded a file's texts. If omitted, the response has no `model`, as in the hosted service. */
  readonly getModel?: (file: FileRow) => string;
  /** The hits by file id. */
  readonly hits: ReadonlyMap<string, readonly Hit[]>;
  /** Warnings specific to the kind of search, for example about stop words. */
  readonly searchWarnings: readonly Warning[];
}

/** Returns the response for a search that selected no files. */
export function createEmptySearchResponse(requestId: string, selection: FileSelection): HostedResponse {
  return ok({
    request_id: requestId,
    message: 'No files were found for the given query arguments',
    warnings: getSelectionWarnings(selection),
    items: [],
  });
}

/** Returns a response with an item for each file with hits, and a warning that lists the files without hits. */
export function createSearchResponse<Hit>(
  requestId: string,
  selection: FileSelection,
  { countKey, getModel, hits, searchWarnings }: SearchResults<Hit>,
): HostedResponse {
  const { files } = selection;
  const filesWithHits = files.filter((file) => hits.has(file.id));
  const idsWithoutHits = files.filter((file) => !hits.has(file.id)).map((file) => file.id);
  const noHitsWarning = { 'WARNING: the following file_ids returned no results for the given query': idsWithoutHits };
  return ok({
    request_id: requestId,
    message: describeResults(filesWithHits.length, files.length),
    warnings: [
      ...getSelectionWarnings(selection),
      ...searchWarnings,
      ...(idsWithoutHits.length > 0 ? [noHitsWarning] : []),
    ],
    items: filesWithHits.map((file) => ({
      file_id: file.id,
      file_metadata: {
        file_name: file.file_name,
        symbolic_directory_path: file.directory,
        file_tags: file.tags,
        [countKey]: getLastModuleFact(file, countKey),
        created_at: formatTimestamp(file.created_at),
        last_updated: formatTimestamp(file.updated_at),
        ...(getModel && { model: getModel(file) }),
      },
      search_results: hits.get(file.id),
    })),
  });
}

function describeResults(found: number, selected: number): string {
  if (found === 0) return '';
  const files = found === 1 ? 'user file' : 'user files';
  if (found === selected) return `Successfully queried ${found} ${files}.`;
  return `Successfully queried the first ${found} ${files} out of ${selected} defined by input query arguments.`;
}

/** Returns a fact that the file's last module recorded about its output, or 0 if the module did not record this fact. */
export function getLastModuleFact(file: FileRow, key: string): unknown {
  return file.facts[`module_${file.chain.length}`]?.[key] ?? 0;
}
