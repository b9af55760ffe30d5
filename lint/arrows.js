/**
 * Which room may import which: the arrows of ARCHITECTURE.md, for the lint rule and for its test.
 *
 * A room is a folder, or a file that lies in none. Every room may import itself; what is not listed is not allowed.
 * Arrows point downstream, so a room may also skip one: `client` uses `http` without asking `pipeline` for it.
 */

/**
 * What the SDK shares with every room of the server: types, pure functions, and in `runtime` what both do with time, files and
 * processes. `wire` it shares where HTTP is known.
 */
const shared = ['src/shared/types', 'src/shared/rules', 'src/shared/modules', 'src/shared/runs', 'src/shared/runtime'];
const floor = [...shared, 'src/errors'];
const options = ['src/options', ...floor];
const settings = ['src/settings', ...options];
const httpAndBelow = ['src/http', 'src/shared/wire', ...settings];
/** What a call needs: its exchange, its result shown. */
const callBasics = ['src/print', ...httpAndBelow];
const processAndBelow = ['src/process', 'src/wait', 'src/resources', ...callBasics];

const system = ['server/src/system', ...shared];
/** What a module is, never what one does: that is behind the runner. */
const contract = 'server/src/module-contract';
/** Puts the rooms together, so it sees them all, and none sees it. */
const porch = ['server/src', 'src/shared/wire', ...shared];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const arrows = {
  ...Object.fromEntries(shared.map((room) => [room, shared])),
  'src/errors': shared,
  'src/shared/wire': floor,
  'src/settings': options,
  'src/http': httpAndBelow,
  'src/options': floor,
  'src/print': shared,
  'src/wait': callBasics,
  'src/flow': options,
  'src/stores': floor,
  'src/webhooks': floor,
  'src/report': ['src/flow', ...httpAndBelow],
  'src/resources': ['src/wait', ...callBasics],
  'src/file-calls': callBasics,
  'src/process': processAndBelow,
  'src/batch': processAndBelow,
  'src/pipeline': ['src/batch', 'src/file-calls', ...processAndBelow],
  'src/client.ts': ['src/pipeline', 'src/report', 'src/flow', ...processAndBelow],
  'src/index.ts': [
    'src/client.ts',
    'src/pipeline',
    'src/report',
    'src/flow',
    'src/stores',
    'src/webhooks',
    ...processAndBelow,
  ],
  'src/cli': ['src/index.ts', 'src/settings', ...shared, 'server/src/index.ts'],

  'server/src/system': shared,
  'server/src/module-contract': shared,
  'server/src/settings': [contract, ...shared],
  'server/src/store': system,
  'server/src/accounts': ['server/src/store', ...system],
  'server/src/queue': ['server/src/store', ...system],
  'server/src/blobs': system,
  'server/src/webhooks': ['server/src/store', ...system],
  'server/src/models': [contract, ...shared],
  'server/src/convert': [contract, ...system],
  'server/src/formats': ['server/src/convert', contract, ...shared],
  'server/src/modules': ['server/src/models', 'server/src/formats', 'server/src/convert', contract, ...system],
  'server/src/custom-modules': ['server/src/formats', 'server/src/convert', contract, ...shared],
  'server/src/runner': ['server/src/custom-modules', 'server/src/modules', contract, ...system],
  // a query's words are cut, reduced and packed as the module did with the text's; its vector is made by the module itself
  'server/src/search': [
    'server/src/modules/keyword-db',
    'server/src/modules/vector-db',
    'server/src/formats',
    'server/src/runner',
    'server/src/store',
    'server/src/blobs',
    contract,
    ...system,
  ],
  'server/src/engine': [
    'server/src/store',
    'server/src/queue',
    'server/src/blobs',
    'server/src/runner',
    'server/src/search',
    contract,
    ...system,
  ],
  'server/src/worker': [
    'server/src/engine',
    'server/src/store',
    'server/src/queue',
    'server/src/runner',
    contract,
    ...system,
  ],
  'server/src/http': [
    'server/src/engine',
    'server/src/webhooks',
    'server/src/search',
    'server/src/accounts',
    'server/src/store',
    'server/src/blobs',
    'server/src/models',
    'server/src/settings',
    'src/shared/wire',
    contract,
    ...system,
  ],
  'server/src/listen.ts': porch,
  'server/src/manage-models.ts': porch,
  'server/src/open-engine.ts': porch,
  'server/src/open-semantic-search.ts': porch,
  'server/src/start-worker.ts': porch,
  'server/src/start-server.ts': porch,
  'server/src/transfer-store.ts': porch,
  'server/src/index.ts': porch,
};

/** Packages that stay behind one door, and the rooms that have it. */
export const doors = {
  zod: ['server/src/custom-modules', 'src/shared/wire', 'server/src/settings', 'server/src/http', 'server/src/models'],
  axios: ['src/http'],
  'form-data': ['src/http'],
  'pg-boss': ['server/src/queue'],
  hono: ['server/src/http', 'server/src/listen.ts', 'server/src/start-server.ts'],
};

/** The same as zones of `import-x/no-restricted-paths`. */
export function arrowZones() {
  return Object.entries(arrows).flatMap(([target, others]) => {
    const allowed = [...new Set([target, ...others])];
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
