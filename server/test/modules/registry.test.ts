import { expect, it } from 'vitest';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import { loadBuiltinModule } from '../../src/modules/registry.js';

it.for([
  ...['parser', 'json-to-txt', 'keyword-db', 'text-embedder', 'vector-db'],
  ...['extract', 'classify', 'sentiment', 'summarize', 'translate', 'transcribe', 'caption'],
])('loads %s of the catalogue', async (name) => {
  expect(findModule(name)).toBeDefined();
  expect(await loadBuiltinModule(name)).toHaveProperty('run', expect.any(Function));
});

it.for(['', 'telepathy', 'constructor', '__proto__', '../parser', 'parser/run'])(
  'returns undefined for the unknown module %j',
  async (name) => {
    expect(await loadBuiltinModule(name)).toBeUndefined();
  },
);
