import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { createProgress } from '../output/progress-display.js';
import { connect } from '../session/connect.js';
import { pipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';

export const fetchCommand = defineCommand({
  name: 'fetch',
  summary: "save a finished file's output",
  arguments: { usage: 'FILE_ID', min: 1, max: 1 },
  details: ['The output is saved as <file id><extension>, and its path is printed.'],
  options: {
    ...pipelineOfFileOption,
    save: {
      type: 'string',
      value: 'DIR',
      help: 'the directory for the output; created if missing (default: the working directory)',
    },
    'if-exists': {
      type: 'string',
      value: 'WHAT',
      help: 'error, overwrite or skip, if the output exists (default: error)',
    },
    ...serverOptions,
  },
  examples: [['into out/', 'millrace fetch 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --save out/']],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [fileId = ''] = positionals;
    const ifExists = readChoice('if-exists', values['if-exists'], ['error', 'overwrite', 'skip']);
    const client = connect(call);
    const progress = createProgress(output);
    try {
      const file = await pipelineOfFile(client, values, fileId, signal);
      const { pipeline, outputFiles, warnings } = await file.fetchOutput(fileId, {
        localSaveDirectory: values.save,
        ifExists,
        signal,
        onDownloadProgress: ({ loaded, total }) =>
          progress.update(fileId, 'downloading', total ? loaded / total : undefined),
      });
      progress.close();
      output.result({ fileId, pipeline, outputFiles, warnings }, () => outputFiles);
      for (const warning of warnings) output.warn(warning);
      return exitCode.ok;
    } finally {
      progress.close();
      client.close();
    }
  },
});
