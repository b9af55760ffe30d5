/**
 * Which room may import which: the arrows of CONTRIBUTING.md, for the lint rule and for its test.
 *
 * A room is a folder, or a file that lies in none. Every room may import itself; what is not listed is not allowed.
 * Arrows point downstream, so a room may also skip one: `client` uses `http` without asking `pipeline` for it.
 */

/** What the SDK shares with every room of the server: types and pure functions. `wire` it shares where HTTP is known. */
const shared = ['src/shared/types', 'src/shared/rules', 'src/shared/modules'];
const floor = [...shared, 'src/errors'];
const wireAndBelow = ['src/http', 'src/shared/wire', 'src/settings', ...floor];
/** The calls of the protocol, with what they need of the local side: arguments, chains, files. */
const callsAndBelow = ['src/calls', 'src/print', 'src/options', 'src/chain', 'src/files', ...wireAndBelow];
const runAndBelow = [
  'src/pipeline/process.ts',
  'src/pipeline/hosted-run.ts',
  'src/batch/batch-of-files.ts',
  'src/batch/manifest.ts',
  'src/wait',
  ...callsAndBelow,
];

const cellar = ['server/src/system/clock.ts', 'server/src/system/logger.ts', 'server/src/system/sync-directory.ts', ...shared];
/** What a module is and which there are, never what one does: that is behind the runner. */
const moduleFacts = [
  'server/src/module-contract/module.ts',
  'server/src/module-contract/module-catalogue.ts',
  'server/src/module-contract/missing-module.ts',
  'server/src/module-contract/model-access.ts',
  'server/src/settings/model-settings.ts',
];
/** Puts the rooms together, so it sees them all, and none sees it. */
const porch = ['server/src', 'src/shared/wire', ...shared];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const arrows = {
  'src/shared/types': [],
  'src/shared/rules': ['src/shared/types'],
  'src/shared/modules': ['src/shared/types', 'src/shared/rules'],
  'src/errors': ['src/shared/types'],
  'src/shared/wire': floor,
  'src/settings': floor,
  'src/http': ['src/shared/wire', 'src/settings', ...floor],
  'src/options': floor,
  'src/chain': ['src/options', ...floor],
  'src/files': floor,
  'src/print': ['src/shared/types'],
  'src/calls': callsAndBelow,
  'src/wait': callsAndBelow,
  'src/flow': floor,
  'src/stores': floor,
  'src/webhooks': floor,
  'src/report': ['src/flow', ...wireAndBelow],
  'src/batch/manifest.ts': ['src/files', ...floor],
  'src/pipeline/hosted-run.ts': ['src/wait', ...callsAndBelow],
  'src/pipeline/process.ts': ['src/pipeline/hosted-run.ts', 'src/wait', ...callsAndBelow],
  'src/batch': ['src/pipeline/process.ts', 'src/pipeline/hosted-run.ts', 'src/batch/manifest.ts', 'src/wait', ...callsAndBelow],
  'src/batch/batch-of-files.ts': ['src/batch', ...runAndBelow],
  'src/pipeline/hosted-pipeline.ts': runAndBelow,
  'src/client.ts': ['src/pipeline/hosted-pipeline.ts', 'src/report', 'src/flow', ...runAndBelow],
  'src/index.ts': [
    'src/client.ts',
    'src/pipeline/hosted-pipeline.ts',
    'src/report',
    'src/flow',
    'src/stores',
    'src/webhooks',
    ...runAndBelow,
  ],
  'src/cli': ['src/index.ts', 'server/src/index.ts'],

  'server/src/system/clock.ts': [],
  'server/src/system/version.ts': [],
  'server/src/system/sync-directory.ts': [],
  'server/src/system/logger.ts': ['server/src/system/clock.ts'],
  'server/src/settings/endpoint-environment.ts': [],
  'server/src/settings/config.ts': ['server/src/settings/endpoint-environment.ts', 'server/src/settings/model-settings.ts', ...shared],
  'server/src/settings/models-of-module.ts': ['server/src/settings/config.ts', 'server/src/settings/model-settings.ts'],
  'server/src/settings/server-limits.ts': ['server/src/settings/config.ts', ...shared],
  'server/src/store': cellar,
  'server/src/accounts': ['server/src/store', ...cellar],
  'server/src/queue': ['server/src/store', ...cellar],
  'server/src/blobs': cellar,
  'server/src/models': [...moduleFacts, ...shared],
  'server/src/convert': [...moduleFacts, ...shared],
  'server/src/modules': ['server/src/models', 'server/src/convert', ...shared],
  'server/src/own-modules': ['server/src/modules', 'server/src/convert', ...shared],
  'server/src/runner': ['server/src/own-modules', 'server/src/modules', ...moduleFacts, ...cellar],
  // a query's words are cut, reduced and packed as the module did with the text's; its vector is made by the module itself
  'server/src/search': [
    'server/src/modules/keyword-db',
    'server/src/modules/vector-db',
    'server/src/modules/npy',
    'server/src/module-contract/module.ts',
    'server/src/formats/python-round.ts',
    'server/src/runner',
    'server/src/store',
    'server/src/blobs',
    ...cellar,
  ],
  'server/src/engine': [
    'server/src/store',
    'server/src/queue',
    'server/src/blobs',
    'server/src/runner',
    'server/src/search',
    ...moduleFacts,
    ...cellar,
  ],
  'server/src/webhooks': ['server/src/store', ...cellar],
  'server/src/worker': ['server/src/engine', 'server/src/queue', 'server/src/runner', ...moduleFacts, ...cellar],
  'server/src/http': [
    'server/src/engine',
    'server/src/webhooks',
    'server/src/search',
    'server/src/accounts',
    'server/src/store',
    'server/src/blobs',
    ...moduleFacts,
    'server/src/models',
    'server/src/settings/config.ts',
    'server/src/settings/server-limits.ts',
    'server/src/system/version.ts',
    'src/shared/wire',
    ...cellar,
  ],
  'server/src/listen.ts': porch,
  'server/src/manage-models.ts': porch,
  'server/src/open-engine.ts': porch,
  'server/src/settings/module-limits.ts': porch,
  'server/src/open-semantic-search.ts': porch,
  'server/src/start-worker.ts': porch,
  'server/src/start-server.ts': porch,
  'server/src/transfer-store.ts': porch,
  'server/src/index.ts': porch,
};

/** Packages that stay behind one door, and the rooms that have it. */
export const doors = {
  zod: ['server/src/own-modules', 'src/shared/wire', 'server/src/settings/config.ts', 'server/src/http', 'server/src/models'],
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
