import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const harbour = [
  'The harbour of two countries was quiet.',
  '',
  'A well-known captain, Zoë Müller, counted boats: boats, BOATS and one boat.',
  'Her café stood there; "naïve" people called it a cafe.',
].join('\n');
const kitchen = 'In the kitchen a kettle sang.\nThe women of the country drank tea.\n\n\n';
const attic = 'Nothing but dust, 2 trunks and a don’t-touch sign.';

let server: TestServer;
let files: Record<'harbour' | 'kitchen' | 'attic', AddedFile>;
beforeAll(async () => {
  server = await startTestServer();
  const addFile = async (name: string, content: string) => {
    server.clock.advance(1);
    return server.client.complete('words', ['keyword-db'], content, { file_name: `${name}.txt` });
  };
  files = {
    attic: await addFile('attic', attic),
    kitchen: await addFile('kitchen', kitchen),
    harbour: await addFile('harbour', harbour),
  };
});
afterAll(() => server.close());

const stopWords =
  'WARNING: the following words in the query are in the stop_words list and thus no results will be returned for them';
const noResults = 'WARNING: the following file_ids returned no results for the given query';

/** Searches one file. @returns `keyword line:number` for each occurrence. */
async function findHits(query: string, file: AddedFile = files.harbour): Promise<string[]> {
  const { body } = await server.client.keywordSearch('words', query, { file_ids: [file.fileId] });
  return body.items.flatMap((item) =>
    item.search_results.map(
      ({ keyword, line_number, keyword_number }) => `${keyword} ${line_number}:${keyword_number}`,
    ),
  );
}

describe('an item of a keyword search', () => {
  it('has its keys in the recorded order', async () => {
    const { clock, client } = server;
    const { status, body } = await client.keywordSearch('words', 'captain');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['request_id', 'message', 'warnings', 'items']);
    expect(Object.keys(body.items[0]!)).toEqual(['file_id', 'file_metadata', 'search_results']);
    expect(Object.keys(body.items[0]!.file_metadata)).toEqual([
      'file_name',
      'symbolic_directory_path',
      'file_tags',
      'num_lines',
      'created_at',
      'last_updated',
    ]);
    expect(body.items).toEqual([
      {
        file_id: files.harbour.fileId,
        file_metadata: {
          file_name: 'harbour.txt',
          symbolic_directory_path: '/etc',
          file_tags: [],
          num_lines: 4,
          created_at: clock.timestamp(),
          last_updated: clock.timestamp(),
        },
        search_results: [{ keyword: 'captain', line_number: 3, keyword_number: 3 }],
      },
    ]);
  });

  it('has the number of lines without trailing blank lines', async () => {
    const { body } = await server.client.keywordSearch('words', 'kettle');
    expect(body.items[0]!.file_metadata['num_lines']).toBe(2);
  });
});

describe('a word of the query', () => {
  it.each<[string, string[]]>([
    ['captain', ['captain 3:3']],
    ['CAPTAIN', ['captain 3:3']],
    ['captain,', ['captain 3:3']],
    ['"captain"!', ['captain 3:3']],
    ['country', ['countries 1:5']],
    ['countries', ['countries 1:5']],
    ['boat', ['boats 3:7', 'boats 3:8', 'boats 3:9', 'boat 3:12']],
    ['boats', ['boats 3:7', 'boats 3:8', 'boats 3:9', 'boat 3:12']],
    ['well-known', ['known 3:2', 'well 3:2']],
    ['known', ['known 3:2']],
    ['zoë', ['zoë 3:4']],
    ['zoe', ['zoë 3:4']],
    ['müller', ['müller 3:5']],
    ['muller', ['müller 3:5']],
    ['boa', []],
    ['oats', []],
    ['captain harbour', ['harbour 1:2', 'captain 3:3']],
    ['captain   harbour\t', ['harbour 1:2', 'captain 3:3']],
    ['captain captain Captain', ['captain 3:3']],
    ['boat boats', ['boats 3:7', 'boats 3:8', 'boats 3:9', 'boat 3:12']],
  ])('%j finds %j', async (query, expected) => {
    expect((await findHits(query)).sort()).toEqual([...expected].sort());
  });

  it('has each occurrence as a hit, ordered by line and then by word', async () => {
    expect(await findHits('boat captain quiet cafe')).toEqual([
      'quiet 1:7',
      'captain 3:3',
      'boats 3:7',
      'boats 3:8',
      'boats 3:9',
      'boat 3:12',
      'café 4:2',
      'cafe 4:10',
    ]);
  });

  it('finds irregular plurals and digits', async () => {
    expect(await findHits('woman', files.kitchen)).toEqual(['women 2:2']);
    expect(await findHits('2', files.attic)).toEqual(['2 1:4']);
  });
});

describe('a keyword search of several files', () => {
  it('returns the number of files if each has results', async () => {
    const { body } = await server.client.keywordSearch('words', 'country', {
      file_ids: [files.harbour.fileId, files.kitchen.fileId],
    });
    expect(body.message).toBe('Successfully queried 2 user files.');
    expect(body.warnings).toEqual([]);
    expect(body.items.map((item) => item.file_id)).toEqual([files.harbour.fileId, files.kitchen.fileId]);
  });

  it('has the singular in its message for one file', async () => {
    const { body } = await server.client.keywordSearch('words', 'kettle', { file_names: ['kitchen.txt'] });
    expect(body.message).toBe('Successfully queried 1 user file.');
  });

  it('returns how many of the files have results, and warns of the others', async () => {
    const two = await server.client.keywordSearch('words', 'country');
    expect(two.body.message).toBe(
      'Successfully queried the first 2 user files out of 3 defined by input query arguments.',
    );
    expect(two.body.warnings).toEqual([{ [noResults]: [files.attic.fileId] }]);
    const one = await server.client.keywordSearch('words', 'kettle');
    expect(one.body.message).toBe(
      'Successfully queried the first 1 user file out of 3 defined by input query arguments.',
    );
    expect(one.body.warnings).toEqual([{ [noResults]: [files.harbour.fileId, files.attic.fileId] }]);
  });

  it('has each selected file either in its items or in the warning', async () => {
    for (const query of ['country', 'kettle dust', 'nowhere', 'the']) {
      const { body } = await server.client.keywordSearch('words', query);
      const without = body.warnings.flatMap((warning) => (warning[noResults] as string[] | undefined) ?? []);
      const ids = [...body.items.map((item) => item.file_id), ...without];
      expect(ids.sort(), query).toEqual(
        Object.values(files)
          .map((file) => file.fileId)
          .sort(),
      );
    }
  });

  it('returns a 200 without items if no file has the word', async () => {
    const { status, body } = await server.client.keywordSearch('words', 'submarine');
    expect([status, body.items]).toEqual([200, []]);
    expect(Object.keys(body.warnings[0]!)).toEqual([noResults]);
  });

  it('selects files by the same arguments as list, and applies max_files before the search', async () => {
    const ids = async (selectors: object) =>
      (await server.client.keywordSearch('words', 'country dust', selectors)).body.items.map((item) => item.file_id);
    expect(await ids({ file_names: ['kit*', 'att*'] })).toEqual([files.kitchen.fileId, files.attic.fileId]);
    expect(await ids({ symbolic_file_paths: ['/etc/attic.txt'] })).toEqual([files.attic.fileId]);
    expect(await ids({ max_files: 1 })).toEqual([files.harbour.fileId]);
    expect(await ids({ created_at_end: server.clock.unix() - 1 })).toEqual([files.kitchen.fileId, files.attic.fileId]);
  });

  it('says that no files were found if none are selected, even by ids alone', async () => {
    for (const selectors of [{ file_ids: ['x'] }, { file_names: ['no.txt'] }, { created_at_end: 1 }]) {
      const { status, body } = await server.client.keywordSearch('words', 'country', selectors);
      expect(status).toBe(200);
      expect(body.message).toBe('No files were found for the given query arguments');
      expect(body.items).toEqual([]);
    }
  });
});

describe('stop words', () => {
  it('are listed in the order of the query, and the other words are searched', async () => {
    const { body } = await server.client.keywordSearch('words', 'the captain of the harbour', {
      file_names: ['harbour.txt'],
    });
    expect(body.warnings).toEqual([{ [stopWords]: ['the', 'of', 'the'] }]);
    expect(body.items[0]!.search_results).toHaveLength(2);
  });

  it('alone find nothing, with a second warning about the files', async () => {
    const { status, body } = await server.client.keywordSearch('words', 'the and of');
    expect(status).toBe(200);
    expect(body.items).toEqual([]);
    expect(body.warnings.map((warning) => Object.keys(warning)[0])).toEqual([stopWords, noResults]);
  });

  it('count as words of a line', async () => {
    expect(await findHits('quiet')).toEqual(['quiet 1:7']);
  });
});

describe('an invalid query', () => {
  it.each(['', ' '.repeat(3)])('%j is rejected', async (query) => {
    const { status, body } = await server.client.keywordSearch('words', query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ items: [], warnings: [], request_id: expect.any(String) as string });
  });

  it.each(['!?', '-', '%', "' or 1=1 --", '\u0000', '\\', '(.*)+$', '\ud800', '🚢', 'a'.repeat(9000)])(
    '%j does not make the server fail',
    async (query) => {
      const { status, body } = await server.client.keywordSearch('words', query);
      expect([200, 400]).toContain(status);
      expect(body.items).toEqual([]);
    },
  );

  it('in a pipeline without keyword-db is rejected, and the error says what it needs', async () => {
    await server.client.complete('no words', ['parser'], 'A sentence.');
    const { status, body } = await server.client.keywordSearch('no words', 'sentence', {}, ['parser']);
    expect(status).toBe(400);
    expect(body.message).toContain('keyword-db');
  });
});
