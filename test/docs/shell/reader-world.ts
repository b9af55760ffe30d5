import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makePdf } from '../../../server/test/convert/make/make-documents.js';
import { encodePng } from '../../../server/test/convert/make/draw-png.js';
import { millStory } from '../../../server/test/modules/mill-story.js';
import {
  postgresPrograms,
  startPostgres,
  type PostgresServer,
} from '../../../server/test/support/database/start-postgres.js';
import { tinyEmbedder } from '../../../server/test/support/tiny-models/bag-of-words.js';
import { knownWords } from '../../../server/test/support/tiny-models/make-models.js';
import { layOut, root } from '../../packaging/packed-sdk.js';

/** The programs and services that the readers of all pages share. */
export interface ReaderWorld {
  /** The environment variables of commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a PostgreSQL server is available for `new-database`. */
  readonly hasPostgres: boolean;
  /** Creates the directory that contains a reader's home directory. */
  makeHome(): string;
  close(): Promise<void>;
}

/**
 * Packs both built packages, and puts stand-ins first in `PATH` for programs that would send requests to a registry or that not every
 * machine has. No request leaves this machine, and the user's files are not read.
 */
export async function makeReaderWorld(): Promise<ReaderWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-docs-'));
  const path = (...names: string[]): string => join(directory, ...names);
  const [hub, postgres] = await Promise.all([startHub(), startDatabase(), packBoth(directory)]);
  linkStandIns(path('programs'));
  writeSamples(path('samples'));
  return {
    env: {
      LANG: 'C.UTF-8',
      NODE: process.execPath,
      REPOSITORY: root,
      PACKED: path('packed'),
      SAMPLES: path('samples'),
      // any free port, unless the page gives one
      MILLRACE_PORT: '0',
      // low, because several servers run at the same time
      MILLRACE_CONCURRENCY: '1',
      MILLRACE_MODEL_HUB: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
      ...(postgres && { POSTGRES_URL: postgres.url }),
      PATH: [path('programs'), dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    },
    hasPostgres: postgres !== undefined,
    makeHome: () => mkdtempSync(path('home-')),
    close: async () => {
      hub.closeAllConnections();
      await Promise.all([new Promise((resolve) => hub.close(resolve)), postgres?.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function packBoth(directory: string): Promise<void> {
  const options = ['--silent', '--ignore-scripts', '--pack-destination', directory];
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', ...options, '--workspace', 'server', '--include-workspace-root'],
    { cwd: root },
  );
  for (const tarball of stdout.trim().split('\n')) {
    const name = tarball.startsWith('millrace-server-') ? '@millrace/server' : 'millrace';
    const target = join(directory, 'packed', name);
    await layOut(join(directory, tarball), name, target);
    if (name !== 'millrace') continue;
    mkdirSync(join(target, 'node_modules', '.bin'));
    chmodSync(join(target, 'node_modules', 'millrace', 'dist', 'cli.js'), 0o755);
    symlinkSync('../millrace/dist/cli.js', join(target, 'node_modules', '.bin', 'millrace'));
  }
}

function linkStandIns(programs: string): void {
  mkdirSync(programs);
  const standIns = join(root, 'test', 'docs', 'stand-ins');
  for (const file of readdirSync(standIns)) {
    symlinkSync(join(standIns, file), join(programs, basename(file).replace(/\.\w+$/, '')));
  }
}

/** Files that pages mention but do not contain. */
function writeSamples(samples: string): void {
  cpSync(join(root, 'examples', 'files'), samples, { recursive: true });
  writeFileSync(join(samples, 'story.txt'), millStory);
  writeFileSync(join(samples, 'lease.pdf'), makePdf([['The notice period is three months.', 'The rent is due.']]));
  writeFileSync(join(samples, 'mill.png'), encodePng(2, 2, Buffer.alloc(4, 90)));
}

async function startDatabase(): Promise<PostgresServer | undefined> {
  const testDatabaseUrl = process.env['TEST_DATABASE_URL'];
  if (testDatabaseUrl !== undefined) return { url: testDatabaseUrl, stop: () => Promise.resolve() };
  const programs = postgresPrograms();
  return programs === undefined ? undefined : startPostgres(programs);
}

/** Starts a model hub with one tiny model. */
async function startHub(): Promise<Server> {
  const files = tinyEmbedder(knownWords);
  const server = createServer((request, response) => {
    const file = files[request.url?.replace('/Xenova/all-MiniLM-L6-v2/resolve/main/', '') ?? ''];
    const content = file === undefined || Buffer.isBuffer(file) ? file : JSON.stringify(file);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
