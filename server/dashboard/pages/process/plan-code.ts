import type { ProcessSettings } from '../../data/uploads/reserve.js';

/** Returns TypeScript code that processes a file with the given settings. */
export function toSdkCode({ pipeline, chain, modules, ...settings }: ProcessSettings): string {
  const options = {
    modules,
    symbolicDirectoryPath: settings.directory,
    fileTags: settings.tags.length > 0 ? settings.tags : undefined,
    fileDescription: settings.description === '' ? undefined : settings.description,
    expireTime: settings.expireTime,
    keepInput: settings.keepInput || undefined,
  };
  const optionsCode = JSON.stringify(options, null, 2).replaceAll(/^( *)"(\w+)":/gm, '$1$2:');
  return [
    `import { Client } from 'millrace';`,
    '',
    `const pipeline = new Client().createPipeline(${JSON.stringify(pipeline)}, ${JSON.stringify(chain)});`,
    `const { output } = await pipeline.process('FILE', ${optionsCode});`,
  ].join('\n');
}

/** Returns a shell command that processes a file with the given settings. */
export function toShellCommand({ pipeline, chain, modules, ...settings }: ProcessSettings): string {
  const moduleOptions = Object.entries(modules).flatMap(([moduleKey, { model, params }]) => [
    `--model ${quoteForShell(`${moduleKey}=${model}`)}`,
    ...Object.entries(params).map(([name, value]) => {
      const valueText = typeof value === 'string' ? value : JSON.stringify(value);
      return `--param ${quoteForShell(`${moduleKey}.${name}=${valueText}`)}`;
    }),
  ]);
  return [
    `npx millrace process FILE --chain ${quoteForShell(chain.join(','))}`,
    `--pipeline ${quoteForShell(pipeline)}`,
    ...moduleOptions,
    ...(settings.directory === undefined ? [] : [`--dir ${quoteForShell(settings.directory)}`]),
    ...settings.tags
      .flatMap(Object.entries)
      .map(([name, value]) => `--tag ${quoteForShell(`${name}=${String(value)}`)}`),
    ...(settings.description === '' ? [] : [`--description ${quoteForShell(settings.description)}`]),
    `--expire ${settings.expireTime}`,
    ...(settings.keepInput ? ['--keep-input'] : []),
  ].join(' ');
}

/** Quotes an argument for a POSIX shell if necessary. */
const quoteForShell = (text: string): string =>
  /^[\w./,:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
