import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { runModule, type RunOptions } from './run-module.js';

const join = async (json: unknown, options: RunOptions = {}): Promise<string> =>
  (await runModule('json-to-txt', typeof json === 'string' ? json : JSON.stringify(json), options)).text;

describe('json-to-txt', () => {
  it('writes each text on a new line, without a line end after the last one', async () => {
    expect(await join([{ snippet: 'One.', line_numbers: [1] }, { snippet: 'Two,\nthen "é".' }, { snippet: '' }])).toBe(
      'One.\nTwo,\nthen "é".\n',
    );
  });

  it.for(['snippet', 'text', 'transcript', 'caption'])(
    'finds the text under %s, whatever key is expected',
    async (key) => {
      expect(await join([{ id: 1, [key]: 'a' }, { [key]: 'b' }])).toBe('a\nb');
    },
  );

  it('prefers the key of the module that produced the items', async () => {
    const items = [{ snippet: 'no', text: 'yes' }];
    expect(await join(items, { textKey: 'text' })).toBe('yes');
    expect(await join([{ gloss: 'yes', text: 'no' }], { textKey: 'gloss' })).toBe('yes');
  });

  it('writes an empty text for an empty list', async () => {
    const { text, output } = await runModule('json-to-txt', '[]');
    expect(text).toBe('');
    expect(output.facts).toEqual({ num_lines: 0 });
  });

  it('reads JSON in another encoding, and with a byte order mark', async () => {
    const json = JSON.stringify([{ snippet: 'El niño' }]);
    expect(await join(`\ufeff${json}`)).toBe('El niño');
    expect((await runModule('json-to-txt', Buffer.from(`\ufeff${json}`, 'utf16le'))).text).toBe('El niño');
  });

  it.for<[unknown, string]>([
    ['', 'Expected the file to be valid JSON, got a syntax error: '],
    ['[{"snippet": "a"}', 'Expected the file to be valid JSON, got a syntax error: '],
    [
      { items: [{ snippet: 'a' }] },
      'Expected the file to be a JSON array of objects, got an object. Put the objects into an array',
    ],
    ['null', 'Expected the file to be a JSON array of objects, got null.'],
    ['7', 'got 7.'],
    [['a'], 'Expected item [0] to be an object with the key "snippet", got "a".'],
    [[{ snippet: 'a' }, null], 'Expected item [1] to be an object with the key "snippet", got null.'],
    [[{ snippet: 'a' }, ['b']], 'Expected item [1] to be an object with the key "snippet", got an array of 1.'],
    [[{ snippet: 'a' }, { text: 'b' }], 'Expected item [1] to have a string under "snippet", got undefined.'],
    [
      [{ id: 1, review: 'a' }],
      'Expected item [0] to have a string under "snippet" or "text" or "transcript" or "caption", got the keys "id", "review". ' +
        'Store the text of every item under one of these keys.',
    ],
    ['{"snippet": "a"}\n{"snippet": "b"', 'Expected the file to be valid JSON, got a syntax error: line 2: '],
    ['{"snippet": "a"}\n{"text": "b"}', 'Expected item [1] to have a string under "snippet", got undefined.'],
    [[{ text: 'a' }, { text: 5 }], 'Expected item [1] to have a string under "text", got 5.'],
    [[{ snippet: { a: 1 } }], 'got an object.'],
    [[{ snippet: 'a', line_numbers: '1-2' }], 'Expected the line_numbers of item [0] to be an array of whole numbers'],
    ['['.repeat(200_000), 'Expected the file to be valid JSON'],
    [
      `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      'Expected item [0] to be an object with the key "snippet", got an array of 1.',
    ],
  ])('rejects %j', async ([json, message]) => {
    const refused = runModule('json-to-txt', typeof json === 'string' ? json : JSON.stringify(json));
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });

  it('does not read inherited properties as a text', async () => {
    await expect(join([{}], { textKey: 'toString' })).rejects.toThrow('got an object without keys.');
    await expect(join('[{"__proto__": {"snippet": "a"}}]')).rejects.toThrow('got the keys "__proto__".');
  });

  it('reads JSON Lines', async () => {
    expect(await join('\ufeff{"snippet": "a"}\r\n\n{"snippet": "b", "line_numbers": [3]}\n')).toBe('a\nb');
    expect(await join('{"text": "one"}')).toBe('one');
    expect(await join('{"body": "one"}\n', { textKey: 'body' })).toBe('one');
  });

  it('writes a lone surrogate as the replacement character', async () => {
    expect(await join(String.raw`[{"snippet": "a\ud800b"}]`)).toBe('a\ufffdb');
  });
});
