import { defineCommand } from '../command.js';
import { connect } from '../connect.js';
import { commonCode, exitCode, type ExitCode } from '../exit-code.js';
import { serverOptions } from '../global-options.js';
import { readWhole } from '../option-values.js';
import { readPipelineChoice } from '../choose-pipeline.js';
import { processFile, type FileOutcome } from '../process-file.js';
import { processOptions, readProcessOptions } from '../process-options.js';
import { processWithManifest } from '../process-with-manifest.js';
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
    [
      'thousands of files: give the same command again after an interruption',
      'millrace process corpus/*.txt --chain keyword-db --save out/ --manifest corpus.journal',
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
    const options = readProcessOptions(values);
    const concurrency = readWhole('concurrency', values.concurrency, { min: 1, max: 64 }) ?? 4;
    const choosePipeline = readPipelineChoice(values);
    const client = connect(call);
    const codes: ExitCode[] = [];
    const progress = createProgress(output);
    try {
      const pipeline = await choosePipeline(client);
      // a wrong key or address is said once, not once a file
      if (files.length > 1) await client.verify({ signal });
      const report = ({ file, record, line, warnings, problem, code }: FileOutcome) => {
        codes.push(code);
        progress.remove(file);
        output.resultLine(record, line);
        for (const warning of warnings) output.warn(`${file}: ${warning}`);
        if (problem !== undefined) output.error(`${file}: ${problem}`);
      };
      if (values.manifest === undefined) {
        await runPool(files, concurrency, async (file) => {
          signal.throwIfAborted();
          report(await processFile(pipeline, file, { options, signal, progress }));
        });
      } else {
        const { fileName: _fileName, waitForProcess: _wait, ...shared } = options;
        const many = { ...shared, concurrency, manifest: values.manifest, signal };
        await processWithManifest(pipeline, files, many, { report, progress });
      }
      signal.throwIfAborted();
    } finally {
      progress.close();
      client.close();
    }
    const failed = codes.filter((code) => code !== exitCode.ok).length;
    if (failed > 0 && files.length > 1) {
      output.note(`${files.length - failed} of ${files.length} files are done, ${failed} failed.`);
    }
    return commonCode(codes);
  },
});
