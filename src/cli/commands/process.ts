import { defineCommand } from '../command.js';
import { connect } from '../connect.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import { serverOptions } from '../global-options.js';
import { readWhole } from '../option-values.js';
import { readPipelineChoice } from '../choose-pipeline.js';
import { processFile, type FileOutcome } from '../process-file.js';
import { processOptions, readProcessOptions } from '../process-options.js';
import { createProgress } from '../progress-display.js';
import { runPool } from '../run-pool.js';
import { UsageError } from '../usage-error.js';

export const processCommand = defineCommand({
  name: 'process',
  summary: 'send files through a chain of modules and save what comes out',
  arguments: { usage: 'FILE…', min: 1, max: Infinity },
  details: [
    'Several files are under way at once, and one that fails does so alone. Every output is saved as <file id><extension>.',
    'An interrupted command leaves the runs on the server going: take them up again with millrace status RUN_ID --watch.',
  ],
  options: {
    ...processOptions,
    ...serverOptions,
  },
  examples: [
    [
      'every text file, its outputs in out/',
      'millrace process notes/*.txt --chain parser,json-to-txt,keyword-db --save out/',
    ],
    [
      'a module with another model and its parameters',
      'millrace process a.txt --chain parser --model parser=fixed --param parser.chunk_size=12 --param parser.overlap_size=4',
    ],
    ['upload now, look later', 'millrace process big.txt --chain keyword-db --no-wait'],
    ['one JSON line a file', "millrace process *.txt --chain keyword-db --json | jq -r '.outputFiles[]'"],
  ],
  async run(call) {
    const { values, positionals: files, output, signal } = call;
    if (values.name !== undefined && files.length > 1) {
      throw new UsageError('Expected one file with --name, got several: they cannot all be called that.');
    }
    const options = readProcessOptions(values);
    const concurrency = readWhole('concurrency', values.concurrency, { min: 1, max: 64 }) ?? 4;
    const choosePipeline = readPipelineChoice(values);
    const client = connect(call);
    const outcomes: FileOutcome[] = [];
    const progress = createProgress(output);
    try {
      const pipeline = await choosePipeline(client);
      // a wrong key or address is said once, not once a file
      if (files.length > 1) await client.verify({ signal });
      await runPool(files, concurrency, async (file) => {
        signal.throwIfAborted();
        const outcome = await processFile(pipeline, file, { options, signal, progress });
        outcomes.push(outcome);
        progress.remove(file);
        output.resultLine(outcome.record, outcome.line);
        for (const warning of outcome.warnings) output.warn(`${file}: ${warning}`);
        if (outcome.problem !== undefined) output.error(`${file}: ${outcome.problem}`);
      });
      signal.throwIfAborted();
    } finally {
      progress.close();
      client.close();
    }
    return summarise(outcomes, files.length, (line) => output.note(line));
  },
});

/** The one code that all share, or the one for work that failed. */
function summarise(outcomes: readonly FileOutcome[], count: number, note: (line: string) => void): ExitCode {
  const failed = outcomes.filter(({ code }) => code !== exitCode.ok);
  if (failed.length === 0) return exitCode.ok;
  if (count > 1) note(`${count - failed.length} of ${count} files are done, ${failed.length} failed.`);
  const [first] = failed;
  const shared = first && failed.length === count && failed.every(({ code }) => code === first.code);
  return shared ? first.code : exitCode.failed;
}
