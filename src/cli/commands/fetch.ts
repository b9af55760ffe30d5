import { isMillraceError, type Client, type FetchOutputOptions, type ProcessResult } from '../../index.js';
import { showWarning } from '../../shared/runs/run-warning.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { defineCommand, type Values } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice } from '../options/option-values.js';
import { exitCode } from '../output/exit-code.js';
import { createProgress } from '../output/progress-display.js';
import { connect } from '../session/connect.js';
import { namedPipeline, pipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';

export const fetchCommand = defineCommand({
  name: 'fetch',
  summary: 'save the output of a file or a run',
  arguments: { usage: 'FILE_ID|RUN_ID', min: 1, max: 1 },
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
      choices: ['error', 'overwrite', 'skip'],
      help: 'error, overwrite or skip, if the output exists (default: error)',
    },
    ...serverOptions,
  },
  examples: [['into out/', 'millrace fetch 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --save out/']],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [id = ''] = positionals;
    const ifExists = readChoice('if-exists', values['if-exists'], ['error', 'overwrite', 'skip']);
    const client = connect(call);
    const progress = createProgress(output, { lines: false });
    try {
      const options: FetchOutputOptions = {
        localSaveDirectory: values.save,
        ifExists,
        signal,
        onDownloadProgress: ({ loaded, total }) =>
          progress.update(id, 'downloading', total ? loaded / total : undefined),
      };
      const { fileId, pipeline, outputFiles, warnings } = await fetchByFile(client, values, id, options).catch(
        async (error: unknown) => {
          if (!isMillraceError(error, 'not_found')) throw error;
          return fetchByRun(client, values, id, options, error);
        },
      );
      progress.close();
      output.result({ fileId, pipeline, outputFiles, warnings }, () => outputFiles);
      for (const warning of warnings) output.warn(showWarning(warning));
      return exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

type PipelineValues = Values<typeof pipelineOfFileOption>;

async function fetchByFile(
  client: Client,
  values: PipelineValues,
  fileId: string,
  options: FetchOutputOptions,
): Promise<ProcessResult> {
  const pipeline = await pipelineOfFile(client, values, fileId, options.signal);
  return pipeline.fetchOutput(fileId, options);
}

/** @param noFile The error to throw if there is no such run either. */
async function fetchByRun(
  client: Client,
  { pipeline }: PipelineValues,
  id: string,
  options: FetchOutputOptions,
  noFile: Error,
): Promise<ProcessResult> {
  const { signal } = options;
  const reading = pipeline
    ? namedPipeline(client, pipeline).processStatus(id, { signal })
    : client.runs.get(id, { signal });
  const { state, kind, of, fileId } = await reading.catch((error: unknown) => {
    if (!isMillraceError(error, 'not_found')) throw error;
    noFile.message += ' There is no run with this id either.';
    throw noFile;
  });
  if (!isFinalState(state)) {
    throw new Error(`Run ${id} has not finished yet. Wait for it with: millrace status ${id} --watch`);
  }
  if (state !== 'completed') {
    throw new Error(`Run ${id} is ${state}, so there is no output. To see why: millrace status ${id}`);
  }
  if (fileId === null) {
    throw new Error(`Run ${id} is a ${kind} of your own code, so its output is not a file on the server.`);
  }
  return namedPipeline(client, pipeline ?? of).fetchOutput(fileId, options);
}
