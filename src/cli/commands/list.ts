import { defineCommand, noArguments } from '../command.js';
import {
  fileFilterOptions,
  hasFileFilter,
  describeEmptyList,
  readFileFilter,
  readSort,
  sortOption,
} from '../options/file-filter-options.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode } from '../output/exit-code.js';
import { formatTime, formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';
import { createNamedPipeline, pipelineOption, readPipelineName } from '../session/named-pipeline.js';

export const listCommand = defineCommand({
  name: 'list',
  summary: "list a pipeline's finished files",
  arguments: noArguments,
  details: [
    'Lists the files that match any --file-id, --name, --dir, --path or --tag. Without these options, lists all files.',
    'The time options and --max-files narrow the list.',
  ],
  options: { ...pipelineOption, ...fileFilterOptions, ...sortOption, ...serverOptions },
  examples: [
    ['all files', 'millrace list --pipeline notes'],
    ['the files in a directory and its subdirectories', "millrace list --pipeline notes --dir '/2026*'"],
    [
      'the files with a tag, created since May',
      'millrace list --pipeline notes --tag author=orwell --created-after 2026-05-01',
    ],
    ['the ids of all files', "millrace list --pipeline notes --json | jq -r '.items[].fileId'"],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const filter = { ...readFileFilter(values), sortOrder: readSort(values.sort) };
    const name = readPipelineName(values);
    const client = connect(call);
    try {
      const { items, warnings, requestId } = await createNamedPipeline(client, name).list(filter, { signal });
      output.result({ items, warnings, requestId }, () =>
        formatTable([
          ...(items.length > 0 ? [['FILE ID', 'PATH', 'CREATED', 'EXPIRES']] : []),
          ...items.map(({ fileId, symbolicFilePath, createdAt, expiresAt }) => [
            fileId,
            symbolicFilePath,
            formatTime(createdAt),
            expiresAt ? formatTime(expiresAt) : 'never',
          ]),
        ]),
      );
      for (const warning of warnings) output.warn(warning);
      if (items.length === 0) output.hint(describeEmptyList(name, hasFileFilter(values)));
      if (items.length === (filter.maxFiles ?? 1000))
        output.note('There may be more files. Increase --max-files to list them.');
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
