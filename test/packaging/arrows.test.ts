import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './packed-sdk.js';

interface Arrows {
  readonly arrows: Readonly<Record<string, readonly string[]>>;
}

interface AllowedImports {
  readonly whyForbidden: (importer: string, specifier: string) => string | undefined;
}

const { arrows } = (await import(`${root}lint/arrows.js`)) as Arrows;
const { whyForbidden } = (await import(`${root}lint/allowed-imports.js`)) as AllowedImports;

/** Returns any file of a room, if there is one. The rule depends only on the path of a file. */
function findFile(room: string): string | undefined {
  if (!existsSync(`${root}${room}`)) return undefined;
  if (statSync(`${root}${room}`).isFile()) return room;
  const names = readdirSync(`${root}${room}`, { recursive: true, encoding: 'utf8' });
  const [first] = names.filter((name) => /\.tsx?$/.test(name)).sort();
  return first === undefined ? undefined : posix.join(room, first);
}

/** Returns the import specifier of a file of one room in a file of another. */
function specifierFor(from: string, to: string): string {
  const file = findFile(to)!.replace(/\.tsx?$/, '.js');
  if (from.startsWith('server/') && to.startsWith('src/')) return file.replace(/^src\//, 'millrace/');
  const path = relative(dirname(from), file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

const newFileOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/a-new-file.ts`);

const whyImportForbidden = (from: string, to: string): string | undefined =>
  whyForbidden(newFileOf(from), specifierFor(newFileOf(from), to));

type Pair = [from: string, to: string];
const testedRooms = new Set<string>();

/** Records the rooms of the pairs, and returns the pairs whose second room exists. A planned room has arrows, but no file to import. */
function keepExisting(pairs: Pair[]): Pair[] {
  for (const room of pairs.flat()) testedRooms.add(room);
  return pairs.filter(([, to]) => findFile(to) !== undefined);
}

describe('the rule forbids an import', () => {
  it.each(
    keepExisting([
      ['src/shared/types', 'src/errors'],
      ['src/shared/types', 'src/shared/wire'],
      ['src/shared/rules', 'src/http'],
      ['src/shared/runs', 'src/flow'],
      ['src/shared/runs', 'src/shared/wire'],
      ['src/options', 'src/http'],
      ['src/print', 'src/process'],
      ['src/wait', 'src/process'],
      ['src/resources', 'src/process'],
      ['src/resources', 'src/file-calls'],
      ['src/file-calls', 'src/pipeline'],
      ['src/process', 'src/batch'],
      ['src/process', 'src/pipeline'],
      ['src/settings', 'src/http'],
      ['src/webhooks', 'src/http'],
      ['src/shared/modules', 'src/shared/wire'],
      ['src/errors', 'src/http'],
      ['src/shared/wire', 'src/http'],
      ['src/http', 'src/process'],
      ['src/http', 'src/client.ts'],
      ['src/flow', 'src/http'],
      ['src/flow', 'src/report'],
      ['src/flow', 'src/client.ts'],
      ['src/flow', 'src/shared/wire'],
      ['src/flow', 'src/stores'],
      ['src/stores', 'src/flow'],
      ['src/stores', 'src/http'],
      ['src/report', 'src/client.ts'],
      ['src/process', 'src/pipeline'],
      ['src/batch', 'src/pipeline'],
      ['src/pipeline', 'src/client.ts'],
      ['src/client.ts', 'src/index.ts'],
      ['src/client.ts', 'server/src/index.ts'],
      ['src/index.ts', 'src/cli'],
      ['src/cli', 'src/client.ts'],
      ['src/cli', 'src/http'],
      ['src/cli', 'server/src/http'],
      ['server/src/store', 'server/src/http'],
      ['server/src/store', 'server/src/engine'],
      ['server/src/store', 'server/src/queue'],
      ['server/src/store', 'src/shared/wire'],
      ['server/src/modules', 'server/src/store'],
      ['server/src/modules', 'server/src/http'],
      ['server/src/modules', 'server/src/engine'],
      ['server/src/modules', 'server/src/blobs'],
      ['server/src/modules', 'server/src/runner'],
      ['server/src/convert', 'server/src/modules'],
      ['server/src/models', 'server/src/modules'],
      ['server/src/runner', 'server/src/engine'],
      ['server/src/runner', 'server/src/store'],
      ['server/src/queue', 'server/src/engine'],
      ['server/src/blobs', 'server/src/store'],
      ['server/src/search', 'server/src/engine'],
      ['server/src/search', 'server/src/http'],
      ['server/src/engine', 'server/src/http'],
      ['server/src/engine', 'server/src/modules/parser'],
      ['server/src/engine', 'src/shared/wire'],
      ['server/src/engine', 'server/src/worker'],
      ['server/src/http', 'server/src/queue'],
      ['server/src/http', 'server/src/runner'],
      ['server/src/accounts', 'server/src/http'],
      ['server/src/module-contract', 'server/src/modules'],
      ['server/src/module-contract', 'server/src/settings'],
      ['server/src/formats', 'server/src/modules'],
      ['server/src/settings', 'server/src/store'],
      ['server/src/system', 'server/src/store'],
      ['server/src/custom-modules', 'server/src/modules'],
      ['server/src/worker', 'server/src/http'],
      ['server/src/webhooks', 'server/src/engine'],
      ['server/src/http', 'server/src/modules/parser'],
      ['server/src/http', 'src/http'],
      ['server/src/http', 'src/client.ts'],
      ['server/src/engine', 'src/report'],
      ['server/dashboard/parts', 'server/dashboard/pages'],
      ['server/dashboard/data', 'server/dashboard/parts'],
      ['server/dashboard/pages', 'server/dashboard/shell'],
      ['server/dashboard/pages', 'server/src/http'],
      ['server/dashboard/data', 'src/http'],
    ]),
  )('in %s from %s', (from, to) => {
    expect(whyImportForbidden(from, to)).toContain(`Expected ${from} to import only `);
  });

  it.each([
    ['zod', 'src/http'],
    ['zod', 'src/shared/types'],
    ['zod', 'server/src/store'],
    ['axios', 'src/client.ts'],
    ['form-data', 'src/process'],
    ['pg-boss', 'server/src/engine'],
    ['hono', 'server/src/engine'],
    ['react', 'server/src/http'],
  ])('of the package %s in %s', (name, room) => {
    expect(whyForbidden(newFileOf(room), name)).toContain(`Expected '${name}' to be imported only in `);
  });
});

describe('the rule allows an import', () => {
  it.each(
    keepExisting([
      ['src/shared/rules', 'src/shared/types'],
      ['src/shared/modules', 'src/shared/types'],
      ['src/http', 'src/shared/wire'],
      ['src/flow', 'src/shared/rules'],
      ['src/stores', 'src/shared/rules'],
      ['src/wait', 'src/http'],
      ['src/resources', 'src/wait'],
      ['src/file-calls', 'src/options'],
      ['src/batch', 'src/process'],
      ['src/cli', 'src/settings'],
      ['src/cli', 'src/shared/rules'],
      ['src/report', 'src/flow'],
      ['src/report', 'src/http'],
      ['src/process', 'src/http'],
      ['src/pipeline', 'src/process'],
      ['src/pipeline', 'src/batch'],
      ['src/client.ts', 'src/pipeline'],
      ['src/cli', 'src/index.ts'],
      ['server/src/http', 'server/src/engine'],
      ['server/src/http', 'server/src/search'],
      ['server/src/http', 'server/src/accounts'],
      ['server/src/http', 'src/shared/wire'],
      ['server/src/worker', 'server/src/engine'],
      ['server/src/start-server.ts', 'server/src/http'],
      ['server/src/engine', 'server/src/store'],
      ['server/src/engine', 'server/src/queue'],
      ['server/src/engine', 'server/src/blobs'],
      ['server/src/engine', 'server/src/runner'],
      ['server/src/engine', 'server/src/search'],
      ['server/src/engine', 'src/shared/modules'],
      ['server/src/engine', 'src/shared/rules'],
      ['server/src/runner', 'server/src/modules'],
      ['server/src/modules', 'server/src/convert'],
      ['server/src/modules', 'server/src/models'],
      ['server/src/modules', 'server/src/formats'],
      ['server/src/formats', 'server/src/convert'],
      ['server/src/search', 'server/src/modules/keyword-db'],
      ['server/src/settings', 'server/src/module-contract'],
      ['server/src/store', 'src/shared/types'],
      ['server/dashboard/pages', 'server/dashboard/parts'],
      ['server/dashboard/data', 'src/shared/runs'],
    ]),
  )('in %s from %s', (from, to) => {
    expect(whyImportForbidden(from, to)).toBeUndefined();
  });
});

/** Returns the rooms and source files in a folder, without styles and configuration, which import nothing. */
const sourcesIn = (house: string): string[] =>
  readdirSync(`${root}${house}`).filter((name) => name !== 'styles' && !/\.(html|json)$/.test(name));

describe('the map of arrows', () => {
  const mapped = Object.keys(arrows);

  it('has an entry for every room', () => {
    const rooms = ['src', 'server/src', 'server/dashboard'].flatMap((house) =>
      sourcesIn(house).flatMap((name) =>
        name === 'shared'
          ? readdirSync(`${root}${house}/shared`).map((room) => `${house}/shared/${room}`)
          : `${house}/${name}`,
      ),
    );
    expect(rooms.filter((room) => !mapped.includes(room))).toEqual([]);
  });

  it('has an entry for every room in these tests', () => {
    expect(
      [...testedRooms].filter((room) => !mapped.some((target) => room === target || room.startsWith(`${target}/`))),
    ).toEqual([]);
  });
});
