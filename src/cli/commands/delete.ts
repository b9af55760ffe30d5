import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { connect } from '../session/connect.js';
import { findPipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';
import { actOnEach } from './runs/act-on-each.js';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'delete files, their outputs and their search data from the server',
  arguments: { usage: 'FILE_ID…', min: 1, max: Infinity },
  details: ['If a file cannot be deleted, the other files are still deleted. Outputs saved on this machine are kept.'],
  options: { ...pipelineOfFileOption, ...serverOptions },
  examples: [
    ['one file', 'millrace delete 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70'],
    [
      'all files in a directory',
      "millrace list --pipeline notes --dir /old --json | jq -r '.items[].fileId' | xargs millrace delete",
    ],
  ],
  async run(call) {
    const { values, positionals, signal } = call;
    const client = connect(call);
    try {
      return await actOnEach(positionals, call, {
        idName: 'fileId',
        participle: 'deleted',
        act: async (fileId) => {
          const pipeline = await findPipelineOfFile(client, values, fileId, signal);
          await pipeline.delete(fileId, { signal });
        },
      });
    } finally {
      await client.close();
    }
  },
});
