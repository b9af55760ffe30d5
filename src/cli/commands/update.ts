import { defineCommand, UsageError } from '../command.js';
import { fileMetadataOptions, readFileMetadata } from '../options/file-metadata-options.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode } from '../output/exit-code.js';
import { formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';
import { findPipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';

export const updateCommand = defineCommand({
  name: 'update',
  summary: "change a file's name, directory, tags, description or expiry",
  arguments: { usage: 'FILE_ID', min: 1, max: 1 },
  details: [
    'Changes only what the options specify. --tag replaces all tags; --no-tags removes them. --expire counts from now.',
  ],
  options: {
    ...pipelineOfFileOption,
    ...fileMetadataOptions,
    'no-tags': { type: 'boolean', help: 'remove all tags' },
    ...serverOptions,
  },
  examples: [
    ['keep it for a day', 'millrace update 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --expire 86400'],
    [
      'move it to another directory, with a tag',
      'millrace update 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --dir /2026/may --tag author=orwell',
    ],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    if (values.tag && values['no-tags']) throw new UsageError('Expected either --tag or --no-tags, got both.');
    const changes = { ...readFileMetadata(values), ...(values['no-tags'] && { fileTags: [] }) };
    if (Object.values(changes).every((change) => change === undefined)) {
      throw new UsageError(
        'Expected at least one change, got none. Set --name, --dir, --tag, --no-tags, --description or --expire.',
      );
    }
    const client = connect(call);
    try {
      const [fileId = ''] = positionals;
      const pipeline = await findPipelineOfFile(client, values, fileId, signal);
      const record = await pipeline.update(fileId, changes, { signal });
      output.result(record, () =>
        formatTable([
          ['file', record.fileId],
          ['path', record.symbolicFilePath],
          ['tags', record.fileTags.flatMap((tag) => Object.entries(tag).map((pair) => pair.join('='))).join(', ')],
          ['description', record.fileDescription],
          ['expires', record.expiresAt?.toISOString() ?? 'never'],
        ]),
      );
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
