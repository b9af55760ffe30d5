import type { Work } from '../../data/uploads/reserve.js';

/** Returns TypeScript code that processes a file with these settings. */
export function toSdkCode({ pipeline, chain, modules, ...work }: Work): string {
  const options = {
    modules,
    symbolicDirectoryPath: work.directory,
    fileTags: work.tags.length > 0 ? work.tags : undefined,
    fileDescription: work.description === '' ? undefined : work.description,
    expireTime: work.expireTime,
    keepInput: work.keepInput || undefined,
  };
  const source = JSON.stringify(options, null, 2).replaceAll(/^( *)"(\w+)":/gm, '$1$2:');
  return [
    `import { Client } from 'millrace';`,
    '',
    `const pipeline = new Client().createPipeline(${JSON.stringify(pipeline)}, ${JSON.stringify(chain)});`,
    `const { output } = await pipeline.process('FILE', ${source});`,
  ].join('\n');
}

/** Returns a command that processes a file with these settings. */
export function toCommand({ pipeline, chain, modules, ...work }: Work): string {
  const choices = Object.entries(modules).flatMap(([label, { model, params }]) => [
    `--model ${quote(`${label}=${model}`)}`,
    ...Object.entries(params).map(([name, value]) => {
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return `--param ${quote(`${label}.${name}=${shown}`)}`;
    }),
  ]);
  return [
    `npx millrace process FILE --chain ${quote(chain.join(','))}`,
    `--pipeline ${quote(pipeline)}`,
    ...choices,
    ...(work.directory === undefined ? [] : [`--dir ${quote(work.directory)}`]),
    ...work.tags.flatMap(Object.entries).map(([name, value]) => `--tag ${quote(`${name}=${String(value)}`)}`),
    ...(work.description === '' ? [] : [`--description ${quote(work.description)}`]),
    `--expire ${work.expireTime}`,
    ...(work.keepInput ? ['--keep-input'] : []),
  ].join(' ');
}

/** Quotes a text for a POSIX shell, if necessary. */
const quote = (text: string): string =>
  /^[\w./,:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
