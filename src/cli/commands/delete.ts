import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { commonCode, exitCode, type ExitCode } from '../output/exit-code.js';
import { explainError } from '../output/explain-error.js';
import { connect } from '../session/connect.js';
import { pipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'delete files, their outputs and their search data from the server',
  arguments: { usage: 'FILE_ID…', min: 1, max: Infinity },
  details: ['If a file cannot be deleted, the others still are. Outputs saved on this machine are kept.'],
  options: { ...pipelineOfFileOption, ...serverOptions },
  examples: [
    ['one file', 'millrace delete 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70'],
    [
      'all files in a directory',
      "millrace list --pipeline notes --dir /old --json | jq -r '.items[].fileId' | xargs millrace delete",
    ],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const client = connect(call);
    const deleted: string[] = [];
    const failed: { fileId: string; message: string; code: ExitCode }[] = [];
    try {
      for (const fileId of positionals) {
        try {
          const pipeline = await pipelineOfFile(client, values, fileId, signal);
          await pipeline.delete(fileId, { signal });
          deleted.push(fileId);
        } catch (error) {
          throwIfAborted(signal);
          const { message, code } = explainError(error);
          // every other file would fail with the same error
          if (code === exitCode.unauthenticated || code === exitCode.usage) throw error;
          failed.push({ fileId, message, code });
          output.error(`${fileId}: ${message}`);
        }
      }
      output.result({ deleted, failed: failed.map(({ fileId, message }) => ({ fileId, message })) }, () =>
        deleted.map((fileId) => `deleted ${fileId}`),
      );
    } finally {
      client.close();
    }
    return commonCode([...deleted.map(() => exitCode.ok), ...failed.map(({ code }) => code)]);
  },
});
