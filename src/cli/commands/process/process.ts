import { forEachConcurrently } from '../../../shared/runtime/for-each-concurrently.js';
import { batchOptions, readDirectories } from './batch-options.js';
import { defineCommand } from '../../command.js';
import { connect } from '../../session/connect.js';
import { commonCode, exitCode, type ExitCode } from '../../output/exit-code.js';
import { serverOptions } from '../../options/global-options.js';
import { readWhole } from '../../options/option-values.js';
import { readPipelineChoice } from './choose-pipeline.js';
import { processFile, type FileOutcome } from './process-file.js';
import { processOptions, readProcessOptions } from './process-options.js';
import { processBatch } from './process-batch.js';
import { createProgress } from '../../output/progress-display.js';
import { UsageError } from '../../options/usage-error.js';

export const processCommand = defineCommand({
  name: 'process',
  summary: 'send files through a chain of modules and save what comes out',
  arguments: { usage: 'FILE|DIR…', min: 1, max: Infinity },
  details: [
    'Several files are under way at once, and one that fails does so alone. Every output is saved as <file id><extension>.',
    'A DIR stands for the files in it, except hidden ones and what the command itself writes there.',
    'An interrupted command leaves the runs on the server going: take them up again with millrace status RUN_ID --watch.',
  ],
  options: {
    ...processOptions,
    ...batchOptions,
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
    [
      'thousands of files: give the same command again after an interruption',
      'millrace process corpus/*.txt --chain keyword-db --save out/ --manifest corpus.journal',
    ],
    [
      'a directory, now and whatever appears in it later, each file once',
      "millrace process inbox --recursive --include '*.pdf' --chain parser --save out/ --manifest inbox.journal --watch",
    ],
    ['one JSON line a file', "millrace process *.txt --chain keyword-db --json | jq -r '.outputFiles[]'"],
  ],
  async run(call) {
    const { values, positionals: files, output, signal } = call;
    if (values.name !== undefined && (files.length > 1 || values.manifest !== undefined)) {
      throw new UsageError(
        'Expected one file and no --manifest with --name, got more: they cannot all be called that.',
      );
    }
    const directories = readDirectories(files, values);
    const batch = directories ?? (values.manifest === undefined ? undefined : files);
    if (directories && (values.name !== undefined || values['no-wait'])) {
      throw new UsageError('Expected no --name and no --no-wait with a directory: they are for files one by one.');
    }
    const options = readProcessOptions(values);
    const concurrency = readWhole('concurrency', values.concurrency, { min: 1, max: 64 }) ?? 4;
    const choosePipeline = readPipelineChoice(values);
    const client = connect(call);
    const codes: ExitCode[] = [];
    const progress = createProgress(output);
    try {
      const pipeline = await choosePipeline(client);
      // a wrong key or address is said once, not once a file
      if (batch || files.length > 1) await client.verify({ signal });
      const report = ({ file, record, line, warnings, problem, code }: FileOutcome) => {
        codes.push(code);
        progress.remove(file);
        output.resultLine(record, line);
        for (const warning of warnings) output.warn(`${file}: ${warning}`);
        if (problem !== undefined) output.error(`${file}: ${problem}`);
      };
      if (batch) {
        const { fileName: _fileName, waitForProcess: _wait, ...shared } = options;
        const many = { ...shared, concurrency, manifest: values.manifest, signal };
        const count = await processBatch(pipeline, batch, many, { report, progress, output });
        if (count === 0) throw new UsageError(`Expected files in ${files.join(', ')}, found none that match.`);
      } else {
        await forEachConcurrently(files, concurrency, async (file) => {
          signal.throwIfAborted();
          report(await processFile(pipeline, file, { options, signal, progress }));
        });
      }
      signal.throwIfAborted();
    } finally {
      progress.close();
      client.close();
    }
    const failed = codes.filter((code) => code !== exitCode.ok).length;
    if (failed > 0 && files.length > 1 && !batch) {
      output.note(`${files.length - failed} of ${files.length} files are done, ${failed} failed.`);
    }
    return commonCode(codes);
  },
});
