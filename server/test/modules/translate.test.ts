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
  it('keeps letters beyond ASCII, replaces line ends with spaces, and leaves out line numbers', async () => {
    const server = await startOpenAiServer();
    server.chat = (prompt) => spanish.get(prompt) ?? '';
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

  it('reads the text key of the previous module, and uses the languages of the model', async () => {
    const server = await startOpenAiServer();
    const content = '[{"text": "Guten Tag", "detections": []}]';
    const options = { models: endpointAt(server.baseUrl), textKey: 'text', model: 'opus-mt-de-en' };
    expect((await runModule('translate', content, options)).text).toBe('[{"snippet": "you said: Guten Tag"}]');
    expect(JSON.stringify(server.requests[0]?.json['messages'])).toContain('from German to English');
  });

  it('writes an empty list for an empty list, without a request to the model', async () => {
    const server = await startOpenAiServer();
    expect((await runModule('translate', '[]', { models: endpointAt(server.baseUrl) })).text).toBe('[]');
    expect(server.requests).toEqual([]);
  });

  it('stops in the middle of its work when its signal aborts', async () => {
    const server = await startOpenAiServer();
    const controller = new AbortController();
    server.chat = (prompt) => {
      if (prompt === 'two') controller.abort(new Error('called off'));
      return prompt;
    };
    const content = JSON.stringify(['one', 'two', 'three'].map((snippet) => ({ snippet })));
    const running = runModule('translate', content, {
      models: endpointAt(server.baseUrl, 1),
      signal: controller.signal,
    });
    await expect(running).rejects.toThrow('called off');
    expect(server.requests).toHaveLength(2);
  });

  it('fails with the host of the endpoint and its error', async () => {
    const server = await startOpenAiServer(401);
    const running = runModule('translate', '[{"snippet": "one"}]', { models: endpointAt(server.baseUrl) });
    await expect(running).rejects.toThrow(/^The endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\)/);
  });
});

describe.runIf(hasGold)('recorded translations of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'translate' && gold.expected);

  it.for(cases)('$id: writes the same bytes from the same translations', async ({ input = '', expected = '' }) => {
    const recorded = readGold(expected).toString();
    const words = (JSON.parse(recorded) as { snippet: string }[]).map(({ snippet }) => snippet);
    const server = await startOpenAiServer();
    server.chat = () => words.shift() ?? '';
    expect((await runModule('translate', readGold(input), { models: endpointAt(server.baseUrl, 1) })).text).toBe(
      recorded,
    );
  });

  it('NOT RUN without the recorded outputs: covers all recorded translations', () => expect(cases).toHaveLength(2));
});
