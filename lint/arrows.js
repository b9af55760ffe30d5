/**
 * Which room may import which: the arrows of CONTRIBUTING.md, for the lint rule and for its test.
 *
 * A room is a folder, or a file that lies in none. Every room may import itself; what is not listed is not allowed.
 * Arrows point downstream, so a room may also skip one: `client` uses `http` without asking `pipeline` for it.
 */

/** What the SDK shares with the server: types and pure functions, no I/O. `wire` is shared as well, where HTTP is known. */
const shared = ['src/types', 'src/rules', 'src/modules'];
const floor = [...shared, 'src/errors'];
const wireAndBelow = ['src/http', 'src/wire', ...floor];
const runAndBelow = ['src/run.ts', 'src/batch.ts', 'src/manifest.ts', ...wireAndBelow];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const arrows = {
  'src/types': [],
  'src/rules': ['src/types'],
  'src/modules': ['src/types', 'src/rules'],
  'src/errors': ['src/types'],
  'src/wire': floor,
  'src/http': ['src/wire', ...floor],
  'src/flow': floor,
  'src/report': ['src/flow', 'src/http', ...floor],
  'src/manifest.ts': floor,
  'src/run.ts': wireAndBelow,
  'src/batch.ts': runAndBelow,
  'src/pipeline.ts': runAndBelow,
  'src/client.ts': ['src/pipeline.ts', 'src/report', 'src/flow', ...runAndBelow],
  'src/index.ts': ['src/client.ts', 'src/pipeline.ts', 'src/report', 'src/flow', ...runAndBelow],
  'src/cli': ['src/index.ts', 'server/src/index.ts'],

  'server/src/clock.ts': [],
  'server/src/config.ts': shared,
  'server/src/store': ['server/src/clock.ts', ...shared],
  'server/src/queue': ['server/src/store', 'server/src/clock.ts', ...shared],
  'server/src/blobs': ['server/src/clock.ts', ...shared],
  'server/src/models': shared,
  'server/src/convert': shared,
  'server/src/modules': ['server/src/models', 'server/src/convert', ...shared],
  'server/src/runner': ['server/src/modules', ...shared],
  'server/src/search': ['server/src/store', 'server/src/blobs', ...shared],
  'server/src/engine': [
    'server/src/store',
    'server/src/queue',
    'server/src/blobs',
    'server/src/runner',
    'server/src/search',
    'server/src/clock.ts',
    // what a module is and which there are, never what one does: that is behind the runner
    'server/src/modules/module.ts',
    'server/src/modules/module-catalogue.ts',
    ...shared,
  ],
  'server/src/http': ['server/src/engine', 'server/src/search', 'server/src/config.ts', 'src/wire', ...shared],
  'server/src/index.ts': ['server/src', 'src/wire', ...shared],
};

/** Packages that stay behind one door, and the rooms that have it. */
export const doors = {
  zod: ['src/wire', 'server/src/config.ts', 'server/src/http'],
  axios: ['src/http'],
  'form-data': ['src/http'],
  'pg-boss': ['server/src/queue'],
  hono: ['server/src/http'],
};

/**
 * The same as zones of `import-x/no-restricted-paths`.
 *
 * @param {string} [room] Only this room's.
 */
export function arrowZones(room) {
  const rooms = Object.keys(arrows).filter((name) => room === undefined || name === room);
  return rooms.flatMap((target) => {
    const allowed = [...new Set([target, ...(arrows[target] ?? [])])];
    const shut = Object.keys(doors).filter((name) => !doors[name].includes(target));
    return [
      {
        target,
        from: '.',
        except: [...allowed, 'node_modules', 'server/node_modules', 'package.json', 'server/package.json'],
        message: `${target} may import ${allowed.join(', ')}.`,
      },
      {
        target,
        from: shut.flatMap((name) => [`node_modules/${name}`, `server/node_modules/${name}`]),
        message: `Packages behind one door: ${shut.map((name) => `${name} (${doors[name].join(', ')})`).join(', ')}.`,
      },
    ];
  });
}
