import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const notFinished = 'The output for associated with your input file_id has not finished processing';
const chain = ['json-to-txt', 'keyword-db'];
const path = { file_name: 'life.json' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

/** Creates a file in each state, in a separate pipeline. */
const createInState: Record<string, () => Promise<AddedFile & { chain: string[] }>> = {
  reserved: async () => {
    const pipeline = 'life reserved';
    const { body } = await server.client.process(pipeline, chain, path);
    return { pipeline, fileId: body.file_id, processId: body.request_id, chain };
  },
  processing: async () => {
    const parked = ['json-to-txt', 'summarize'];
    const file = await server.client.add('life processing', parked, '[{"snippet": "Never done."}]', path);
    return { ...file, chain: parked };
  },
  ready: async () => {
    const file = await server.client.complete('life ready', chain, '[{"snippet": "Done well."}]', path);
    return { ...file, chain };
  },
  failed: async () => {
    const file = await server.client.add('life failed', chain, 'no JSON', path);
    await server.client.settle(file);
    return { ...file, chain };
  },
  deleted: async () => {
    const file = await server.client.complete('life deleted', chain, '[{"snippet": "Done well."}]', path);
    await server.client.delete(file.pipeline, file.fileId);
    return { ...file, chain };
  },
};

/** What each call returns for a file in each state. */
const table = {
  reserved: { listed: 0, update: [200, notFinished], fetch: [200, notFinished], status: 200, blocks: true },
  processing: { listed: 0, update: [200, notFinished], fetch: [200, notFinished], status: 200, blocks: true },
  ready: { listed: 1, update: [200, 'Successfully updated'], fetch: [200, 'SUCCESS'], status: 200, blocks: true },
  failed: { listed: 0, update: [400, 'failed'], fetch: [400, 'failed'], status: 200, blocks: false },
  deleted: { listed: 0, update: [400, 'not found'], fetch: [400, 'not found'], status: 400, blocks: false },
} as const;

describe.each(Object.entries(table))('a file that is %s', (state, expected) => {
  let file: AddedFile & { chain: string[] };
  beforeAll(async () => {
    file = await createInState[state]!();
  });

  it(`is ${expected.listed === 1 ? '' : 'not '}found by list, search and tree`, async () => {
    const { client } = server;
    const listed = (await client.list(file.pipeline, { file_ids: [file.fileId] })).body;
    expect(listed.items).toHaveLength(expected.listed);
    expect(listed.warnings).toHaveLength(1 - expected.listed);
    expect((await client.showTree(file.pipeline)).body.items).toHaveLength(expected.listed);
    expect((await client.keywordSearch(file.pipeline, 'done', {}, file.chain)).body.items).toHaveLength(
      expected.listed,
    );
  });

  it('has the expected responses to update and fetch-output', async () => {
    const { client } = server;
    const update = await client.update(file.pipeline, file.fileId, { file_description: 'x' });
    expect([update.status, update.body.message]).toEqual([
      expected.update[0],
      expect.stringContaining(expected.update[1]),
    ]);
    const output = await client.fetchOutput(file.pipeline, file.fileId);
    expect([output.status, output.body.message]).toEqual([
      expected.fetch[0],
      expect.stringContaining(expected.fetch[1]),
    ]);
    expect(output.body.process_output === null).toBe(state !== 'ready');
    for (const { body } of [update, output]) expect(body.request_id).toEqual(expect.any(String));
  });

  it('has the expected response to process-status', async () => {
    const { status, body } = await server.client.processStatus(file.pipeline, file.processId);
    expect(status).toBe(expected.status);
    if (state === 'reserved') expect(body.process_status).toEqual({ module_1: false, module_2: false });
    if (state === 'ready') expect(body.process_status).toEqual({ module_1: true, module_2: true });
    if (state === 'failed') expect(body.failure_status).toMatchObject({ process_id: file.processId });
  });

  it(`${expected.blocks ? 'blocks' : 'does not block'} its path and the name of its pipeline`, async () => {
    const { client } = server;
    const otherChain = await client.process(file.pipeline, ['parser']);
    expect(otherChain.status).toBe(expected.blocks ? 400 : 200);
    if (!expected.blocks) await client.delete(file.pipeline, otherChain.body.file_id);
    const samePath = await client.process(file.pipeline, file.chain, path);
    expect(samePath.status).toBe(expected.blocks ? 400 : 200);
  });
});
