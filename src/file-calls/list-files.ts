import { checkSelection, createFilterRules, toServerFilter } from '../options/filter.js';
import { Issues } from '../options/issues.js';
import { oneOf } from '../options/option-rules.js';
import { requestRules } from '../options/request-options.js';
import { createFilePage } from '../print/records.js';
import { looseLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Limits } from '../shared/types/limits.js';
import type { FileFilter, FilePage, FileRecord } from '../shared/types/files/file-record.js';
import { buildListBody } from '../shared/wire/bodies.js';
import { createNameCheck } from '../shared/rules/files/file-type.js';
import { callHosted, type PipelineContext } from '../http/call-hosted.js';

/** Returns the finished files that match a filter. */
export async function listFiles(
  context: PipelineContext,
  filter: FileFilter,
  options: RequestOptions,
): Promise<FilePage> {
  const { connection, name, chain } = context;
  const issues = new Issues();
  issues.check(options, requestRules, 'list()');
  const check = (limits: Limits): void => {
    const rules = {
      ...createFilterRules(limits, createNameCheck(chain, limits)),
      sortOrder: oneOf('ascending', 'descending'),
    };
    checkSelection(issues.check(filter, rules, 'list()'), issues);
    issues.throwIfAny();
  };
  check(looseLimits);
  const { limits } = await connection.getServerInfo(options);
  check(limits);
  const response = await callHosted(
    context,
    {
      action: `list files in pipeline '${name}'`,
      path: '/krixik-core-list',
      json: buildListBody(name, toServerFilter(filter, limits)),
    },
    options,
    (hosted) => hosted.listResponse,
  );
  const items = sortByCreation(response.items, (item) => item.createdAt, filter.sortOrder ?? 'descending');
  return createFilePage(new Page(items, response.requestId, explainWarnings(response.warnings, name)));
}

/** Rephrases the hosted protocol's warning that a pipeline has no files. Other warnings are unchanged. */
export function explainWarnings(warnings: readonly string[], pipeline: string): string[] {
  return warnings.map((warning) =>
    warning === noFilesWarning ? `the pipeline '${pipeline}' has no files yet` : warning,
  );
}

const noFilesWarning = 'WARNING: the following arguments returned zero results: [{"symbolic_directory_paths":["/*"]}]';

/** Sorts by creation time. Items with the same time keep the server's order. */
export function sortByCreation<T>(
  items: readonly T[],
  getCreatedAt: (item: T) => Date,
  order: 'ascending' | 'descending',
): T[] {
  const sign = order === 'ascending' ? 1 : -1;
  return [...items].sort((a, b) => sign * (getCreatedAt(a).getTime() - getCreatedAt(b).getTime()));
}

class Page implements Omit<FilePage, 'toRows'> {
  constructor(
    readonly items: FileRecord[],
    readonly requestId: string,
    readonly warnings: string[],
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<FileRecord> {
    yield* this.items;
  }
}
