import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serveCommand } from '../../../src/cli/commands/server/serve.js';
import { readModuleOptions } from '../../../src/cli/options/server-options.js';
import { readSettings } from '../../src/settings/config.js';

const source = new URL('../../src/', import.meta.url);
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(new URL(path, source), 'utf8'))
  .join('\n');
/** The names that follow "raise the server's limit" in messages. */
const named = [...code.matchAll(/raise the server's limit(?: \((\w+)\))?[^\w]/g)].map(([, name]) => name ?? 'nothing');
const limits = [...new Set(named)].sort();

it('each message about a limit of the server names its setting', () => {
  expect(limits).toEqual([
    'maxAudioSeconds',
    'maxExpandedBytes',
    'maxFileBytes',
    'maxItems',
    'maxOutputBytes',
    'maxPixels',
    'maxTextBytes',
  ]);
});

it.each([...limits, 'moduleSeconds', 'moduleMemory'])('%s is an option, an environment variable and a flag', (name) => {
  const variable = `MILLRACE_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  expect(readSettings({ [name]: 7 }, {})).toMatchObject({ [name]: 7 });
  expect(readSettings({}, { [variable]: '7' })).toMatchObject({ [name]: 7 });
  expect(Object.keys(serveCommand.options)).toContain(flag);
  // workers do not receive uploads, so only `serve` reads this one
  if (name !== 'maxFileBytes') expect(readModuleOptions({ [flag]: '7' })).toEqual({ [name]: 7 });
});
