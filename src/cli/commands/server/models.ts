import type { ManagedModel, PullOptions } from '@millrace/server';
import { defineCommand, UsageError, type Call } from '../../command.js';
import { jsonOption } from '../../options/global-options.js';
import { readChoice } from '../../options/option-values.js';
import { readStoreOptions, storeOptions, moduleOptions } from '../../options/server-options.js';
import { exitCode, type ExitCode } from '../../output/exit-code.js';
import { formatTable } from '../../output/table.js';
import { loadServer } from '../../session/load-server.js';
import { messageOf } from '../../../shared/rules/class-of.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';

const options = {
  data: storeOptions.data,
  'model-dir': moduleOptions['model-dir'],
  precision: {
    type: 'string',
    placeholder: 'PRECISION',
    help: 'pull: q8 (quantized) or fp32 (default: q8 if the model has it)',
  },
  force: { type: 'boolean', help: 'pull: download existing files again' },
  ...jsonOption,
} as const;

type ModelsCall = Call<typeof options>;

export const modelsCommand = defineCommand({
  name: 'models',
  summary: 'list, test or download the models for a server on this machine',
  arguments: { usage: '[check|pull] [NAME...]', min: 0, max: 50 },
  completions: ['check', 'pull'],
  details: [
    'Without arguments, lists every model with its route on this machine, or with the command that makes it available. `check` tests',
    'the given models, or all available models and the conversion endpoint (`conversion`), and explains how to fix failures. `pull`',
    'downloads models into the model directory in advance. Reads the same settings as a server started in this directory, and does not',
    'contact a running server.',
  ],
  options,
  examples: [
    ['which models can run here', 'millrace models'],
    ['test the models and the conversion endpoint', 'millrace models check'],
    ['download a model for semantic search', 'millrace models pull all-MiniLM-L6-v2'],
  ],
  async run(call) {
    const [action, ...names] = call.positionals;
    if (action === undefined) return list(call);
    if (action === 'check') return check(call, names);
    if (action === 'pull') return pull(call, names);
    throw new UsageError(`Expected check or pull after 'models', got '${action}'.`);
  },
});

async function list(call: ModelsCall): Promise<ExitCode> {
  const { describeConversion, listModels } = await loadServer('models');
  const models = await listModels(readSettings(call));
  const conversion = describeConversion(readSettings(call));
  const prerequisite = models.flatMap(({ commands }) => (commands.length > 1 ? commands.slice(0, 1) : []))[0];
  call.output.result(models, () => [
    ...formatTable([
      ['MODULE', 'MODEL', 'HERE', 'RUNS AFTER'],
      ...models.map(({ module, name, isDefault, route, reason, commands }) => [
        module,
        isDefault ? `${name} (default)` : name,
        route ?? 'no',
        commands.at(-1) ?? getFirstSentence(reason ?? '').replace(/^Model "[^"]*" (is )?/, ''),
      ]),
    ]),
    ...(prerequisite === undefined ? [] : [`Run once before \`millrace models pull\`: ${prerequisite}`]),
    ...(conversion ? [`Converted by the endpoint (${conversion.service}): ${conversion.kinds.join(', ')}`] : []),
    'To see how to run a model here or on an endpoint: millrace models check NAME',
  ]);
  return exitCode.ok;
}

function getFirstSentence(text: string): string {
  const end = text.indexOf('. ');
  return end < 0 ? text : text.slice(0, end);
}

async function check(call: ModelsCall, names: readonly string[]): Promise<ExitCode> {
  const { output, signal } = call;
  const { describeConversion, listModels, tryConversion, tryModel } = await loadServer('models');
  const settings = readSettings(call);
  const allModels = await listModels(settings);
  const { service } = describeConversion(settings) ?? {};
  if (names.includes('conversion') && service === undefined) {
    throw new UsageError('Expected a conversion endpoint, got a server without one. Set MILLRACE_CONVERSION_BASE_URL.');
  }
  const modelNames = names.filter((name) => name !== 'conversion');
  const modelsToTest =
    names.length > 0
      ? modelNames.flatMap((name) => findModels(allModels, name))
      : allModels.filter(({ available }) => available);
  let failureCount = 0;
  const test = async (module: string | null, name: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
      output.resultLine({ module, name, works: true }, `${name}  works`);
    } catch (error) {
      throwIfAborted(signal);
      failureCount += 1;
      const reason = messageOf(error);
      output.resultLine({ module, name, works: false, reason }, `${name}  ${reason}`);
    }
  };
  for (const { module, name } of modelsToTest) {
    await test(module, name, () => tryModel(settings, { module, name }, signal));
  }
  // `module` is `null`, because the conversion endpoint does not belong to a single module
  if (service !== undefined && (names.length === 0 || names.includes('conversion'))) {
    await test(null, `conversion (${service})`, () => tryConversion(settings, signal));
  }
  return failureCount > 0 ? exitCode.failed : exitCode.ok;
}

async function pull(call: ModelsCall, names: readonly string[]): Promise<ExitCode> {
  const { values, output, signal } = call;
  if (names.length === 0) throw new UsageError('Missing model name. `millrace models` lists the models.');
  const precision = readChoice('precision', values.precision, ['q8', 'fp32']);
  const { pullModel } = await loadServer('models');
  for (const name of names) {
    const pulled = await pullModel(readSettings(call), name, {
      signal,
      ...(precision && { precision }),
      ...(values.force && { force: true }),
      onProgress: createProgressListener(output),
    });
    output.resultLine(pulled, `${name} (${pulled.precision}) is in ${pulled.folder}`);
  }
  return exitCode.ok;
}

/** Returns a listener that prints a line whenever the download of a file begins. */
function createProgressListener(output: ModelsCall['output']): NonNullable<PullOptions['onProgress']> {
  let currentFile = '';
  return (file, _bytes, total) => {
    if (file === currentFile) return;
    currentFile = file;
    output.note(`downloading ${file}${total === null ? '' : `, ${(total / 1e6).toFixed(1)} MB`}`);
  };
}

function findModels(all: readonly ManagedModel[], name: string): readonly ManagedModel[] {
  const matching = all.filter((model) => model.name === name);
  if (matching.length > 0) return matching;
  throw new UsageError(`Expected a model name, got '${name}'. \`millrace models\` lists the models.`);
}

function readSettings(call: ModelsCall) {
  const { 'model-dir': modelDir } = call.values;
  return { ...readStoreOptions(call), ...(modelDir !== undefined && { modelDir }) };
}
