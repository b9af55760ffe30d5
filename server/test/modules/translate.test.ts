import { describe, expect, it } from 'vitest';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { endpointAt } from './endpoint-at.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule } from './run-module.js';

const spanish = new Map([
  ['The armchair', 'El sillón'],
  ['A film, ñ?', 'Una película:\n ¿“ñ”?\r\n'],
]);

describe('translate', () => {
  it('keeps letters beyond ASCII, puts line ends into spaces, and leaves the line numbers out', async () => {
    const server = await startOpenAiServer();
    server.chat = (said) => spanish.get(said) ?? '';
    const content =
      '[{"snippet": "The armchair", "line_numbers": [1]}, {"snippet": ""}, {"snippet": "A film, ñ?", "x": 1}]';
    const { text, output, ran, progress } = await runModule('translate', content, {
      models: endpointAt(server.baseUrl),
    });
    expect(text).toBe(
      '[{"snippet": "El sill\\u00f3n"}, {"snippet": ""}, {"snippet": "Una pel\\u00edcula: \\u00bf\\u201c\\u00f1\\u201d?"}]',
    );
    expect(output.facts).toEqual({ num_lines: 3 });
    expect(ran).toEqual({ name: 'opus-mt-en-es', route: 'endpoint' });
    expect(progress.at(-1)).toEqual({ current: 3, total: 3 });
  });

  it('reads the key of the module before, and has the languages of the model', async () => {
    const server = await startOpenAiServer();
    const content = '[{"text": "Guten Tag", "detections": []}]';
    const options = { models: endpointAt(server.baseUrl), textKey: 'text', model: 'opus-mt-de-en' };
    expect((await runModule('translate', content, options)).text).toBe('[{"snippet": "you said: Guten Tag"}]');
    expect(JSON.stringify(server.requests[0]?.json['messages'])).toContain('from German to English');
  });

  it('writes an empty list of an empty list, and asks for nothing', async () => {
    const server = await startOpenAiServer();
    expect((await runModule('translate', '[]', { models: endpointAt(server.baseUrl) })).text).toBe('[]');
    expect(server.requests).toEqual([]);
  });

  it('stops in the middle when it is called off', async () => {
    const server = await startOpenAiServer();
    const controller = new AbortController();
    server.chat = (said) => {
      if (said === 'two') controller.abort(new Error('called off'));
      return said;
    };
    const content = JSON.stringify(['one', 'two', 'three'].map((snippet) => ({ snippet })));
    const running = runModule('translate', content, {
      models: endpointAt(server.baseUrl, 1),
      signal: controller.signal,
    });
    await expect(running).rejects.toThrow('called off');
    expect(server.requests).toHaveLength(2);
  });

  it('says which endpoint failed, and how', async () => {
    const server = await startOpenAiServer(401);
    const running = runModule('translate', '[{"snippet": "one"}]', { models: endpointAt(server.baseUrl) });
    await expect(running).rejects.toThrow(/^The endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\)/);
  });
});

describe.runIf(hasGold)('recorded translations of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'translate' && gold.expected);

  it.for(cases)('$id: the same bytes of the same words', async ({ input = '', expected = '' }) => {
    const recorded = readGold(expected).toString();
    const words = (JSON.parse(recorded) as { snippet: string }[]).map(({ snippet }) => snippet);
    const server = await startOpenAiServer();
    server.chat = () => words.shift() ?? '';
    expect((await runModule('translate', readGold(input), { models: endpointAt(server.baseUrl, 1) })).text).toBe(
      recorded,
    );
  });

  it('NOT RUN where the recorded outputs are not: here they are', () => expect(cases).toHaveLength(2));
});
