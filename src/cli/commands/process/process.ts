import { forEachConcurrently } from '../../../shared/runtime/for-each-concurrently.js';
import { defineCommand, UsageError } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readChoice, readInteger } from '../../options/option-values.js';
import { combineExitCodes, exitCode } from '../../output/exit-code.js';
import { createProgress } from '../../output/progress-display.js';
import { connect } from '../../session/connect.js';
import { directoryOptions, readDirectoryInputs } from './directory-options.js';
import { readPipelineFactory } from './pipeline-factory.js';
import { expandGlobs } from './expand-globs.js';
import { printExpiry } from './print-expiry.js';
import { OutputTable } from './output-table.js';
import { processBatch } from './process-batch.js';
import { processFile, type FileOutcome } from './process-file.js';
import { processOptions, readProcessOptions } from './process-options.js';
import { readStandardInputName, saveStandardInput, standardInput, type SavedInput } from './standard-input.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';

/** How many files to process between two progress lines if no bars are drawn. */
const filesPerProgressLine = 10;

export const processCommand = defineCommand({
  name: 'process',
  summary: 'process files with a chain of modules and save the outputs',
  arguments: { usage: 'FILE|DIR…', min: 1, max: Infinity },
  details: [
    'Processes several files at once. If one fails, the others continue. Saves the output of each FILE as <file id><extension>.',
    'A DIR stands for the files in it, except hidden files and files that this command has written. Outputs and symbolic paths ' +
      'mirror the directory structure and the file names. Skips files that the chain does not accept or that the server already has.',
    'If the command is interrupted, runs on the server continue. Wait for them with `millrace status RUN_ID --watch`.',
  ],
  options: {
    ...processOptions,
    ...directoryOptions,
    ...serverOptions,
  },
  examples: [
    [
      'all text files, with the outputs in out/',
      'millrace process notes/*.txt --chain parser,json-to-txt,keyword-db --save out/',
    ],
    [
      'a non-default model, with parameters',
      'millrace process a.txt --chain parser --model parser=fixed --param parser.chunk_size=12 --param parser.overlap_size=4',
    ],
    ['upload now, wait later', 'millrace process big.txt --chain keyword-db --no-wait'],
    [
      'thousands of files; after an interruption, run the same command again',
      'millrace process corpus/*.txt --chain keyword-db --save out/ --manifest corpus.journal',
    ],
    [
      'process each file in a directory once, including files that appear later',
      "millrace process inbox --recursive --include '*.pdf' --chain parser --save out/ --manifest inbox.journal --watch",
    ],
    [
      'one table of all invoices in a directory',
      'millrace process invoices/ --chain extract --param extract.schema=@invoice.json --csv invoices.csv',
    ],
    ['print the paths of the outputs', "millrace process *.txt --chain keyword-db --json | jq -r '.outputFiles[]?'"],
  ],
  async run(call) {
    const { values, output, signal } = call;
    const files = await expandGlobs(call.positionals);
    if (values.name !== undefined && (files.length > 1 || values.manifest !== undefined)) {
      throw new UsageError(
        '--name can only be used with a single file and without --manifest, because files cannot share a name.',
      );
    }
    if (values['idempotency-key'] !== undefined && (files.length > 1 || values.manifest !== undefined)) {
      throw new UsageError('--idempotency-key can only be used with a single file and without --manifest.');
    }
    const url = files.find((file) => /^https?:\/\//i.test(file));
    if (url !== undefined) throw new UsageError(`Expected local files, got the URL '${url}'. Download it first.`);
    const directoryInputs = readDirectoryInputs(files, values);
    const batchInputs = directoryInputs ?? (values.manifest === undefined ? undefined : files);
    const nonDirectoryOptions = ['name', 'no-wait', 'idempotency-key'] as const;
    if (directoryInputs && nonDirectoryOptions.some((name) => values[name] !== undefined)) {
      throw new UsageError('--name, --idempotency-key and --no-wait cannot be used with a directory.');
    }
    const inputName = readStandardInputName(call.positionals, { ...values, isBatch: batchInputs !== undefined });
    const options = readProcessOptions(values);
    const csv = values.csv === undefined ? undefined : new OutputTable(values.csv, values.citations === true, files);
    const concurrency = readInteger('concurrency', values.concurrency, { min: 1, max: 64 }) ?? 4;
    const createPipeline = readPipelineFactory(values);
    const client = connect(call);
    const outcomes: Pick<FileOutcome, 'code' | 'fileId' | 'expiresAt'>[] = [];
    let savedInput: SavedInput | undefined;
    const progress = createProgress(output, { printsLines: batchInputs !== undefined });
    try {
      const pipeline = await createPipeline(client);
      // report a wrong key or URL once instead of once per file
      if (batchInputs || files.length > 1) await client.verify({ signal });
      if (inputName !== undefined) savedInput = await saveStandardInput(call.terminal.stdin, inputName, signal);
      const report = (outcome: FileOutcome) => {
        const { file, record, line, warnings, errorMessage, code, fileId, expiresAt } = outcome;
        // do not keep the record, because its output can be several megabytes
        outcomes.push({ code, fileId, expiresAt });
        csv?.add(file, record);
        progress.remove(file);
        output.resultLine(record, line);
        for (const warning of warnings) output.warn(`${file}: ${warning}`);
        if (errorMessage !== undefined) output.error(`${file}: ${errorMessage}`);
      };
      if (batchInputs) {
        const { fileName: _fileName, waitForProcess: _wait, idempotencyKey: _key, ...shared } = options;
        // without `--concurrency`, use the default of `processMany`, which is higher for small files
        const batchConcurrency = values.concurrency === undefined ? undefined : concurrency;
        const onChange = readChoice('on-change', values['on-change'], ['replace', 'keep']);
        const processManyOptions = {
          ...shared,
          onChange,
          concurrency: batchConcurrency,
          manifest: values.manifest,
          signal,
        };
        const count = await processBatch(pipeline, batchInputs, processManyOptions, { report, progress, output });
        if (count === 0) throw new UsageError(`Found no matching files in ${files.join(', ')}.`);
      } else {
        await forEachConcurrently(files, concurrency, async (file) => {
          throwIfAborted(signal);
          const path = file === standardInput ? savedInput?.path : undefined;
          report(await processFile(pipeline, file, { options, signal, progress, path, secrets: output.secrets }));
          const { length: doneCount } = outcomes;
          // if bars are drawn, they already show the progress
          if (!progress.drawsBars && !output.json && doneCount % filesPerProgressLine === 0)
            output.note(`${doneCount} of ${files.length} files`);
        });
      }
      await csv?.write(pipeline, output, signal);
      throwIfAborted(signal);
      if (!output.json) {
        const hasFiles = files.length > (directoryInputs?.filter((input) => typeof input === 'object').length ?? 0);
        await printExpiry(
          client,
          outcomes,
          options.expireTime,
          { hasDirectories: directoryInputs !== undefined, hasFiles },
          call,
        );
      }
    } finally {
      progress.close();
      await savedInput?.remove();
      await client.close();
    }
    const codes = outcomes.map(({ code }) => code);
    const failedCount = codes.filter((code) => code !== exitCode.ok).length;
    if (failedCount > 0 && files.length > 1 && !batchInputs) {
      output.note(`${failedCount} of ${files.length} files failed.`);
    }
    return combineExitCodes(codes);
  },
});
