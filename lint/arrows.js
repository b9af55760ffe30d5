/**
 * The imports allowed between folders, as drawn in ARCHITECTURE.md. The lint rule and its test use this list.
 *
 * An entry is a folder, or a file outside these folders. The files of an entry may import each other. All other imports are forbidden
 * unless they are listed. The lists include indirect dependencies: for example, `src/client.ts` may import `src/http` directly.
 */

/**
 * The folders that the SDK shares with the whole server: types, pure functions, and, in `runtime`, code for time, files and
 * processes. `wire` is shared only with the folders that use HTTP.
 */
const shared = ['src/shared/types', 'src/shared/rules', 'src/shared/modules', 'src/shared/runs', 'src/shared/runtime'];
const sharedAndErrors = [...shared, 'src/errors'];
const options = ['src/options', ...sharedAndErrors];
const settings = ['src/settings', ...options];
const httpAndBelow = ['src/http', 'src/shared/wire', ...settings];
/** The dependencies of code that sends HTTP requests and prints results. */
const callBasics = ['src/print', ...httpAndBelow];
const processAndBelow = ['src/process', 'src/wait', 'src/resources', ...callBasics];

const system = ['server/src/system', ...shared];
/** The interface of a module, without implementations. The runner calls the implementations. */
const contract = 'server/src/module-contract';
/** The folders that the pages of the dashboard are built from. */
const dashboardParts = ['server/dashboard/parts', 'server/dashboard/data', 'server/dashboard/text', ...shared];
/** The dependencies of the files that connect the server's parts: every folder of the server. No folder may import these files. */
const compositionRoot = ['server/src', 'src/shared/wire', ...shared];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const arrows = {
  ...Object.fromEntries(shared.map((folder) => [folder, shared])),
  'src/errors': shared,
  'src/shared/wire': sharedAndErrors,
  'src/settings': options,
  'src/http': httpAndBelow,
  'src/options': sharedAndErrors,
  'src/print': shared,
  'src/wait': callBasics,
  'src/flow': ['src/print', ...options],
  'src/stores': sharedAndErrors,
  'src/webhooks': sharedAndErrors,
  'src/report': ['src/flow', 'src/resources', 'src/wait', ...callBasics],
  'src/resources': ['src/wait', ...callBasics],
  'src/file-calls': callBasics,
  'src/process': processAndBelow,
  'src/batch': processAndBelow,
  'src/sync': ['src/batch', ...processAndBelow],
  'src/pipeline': ['src/batch', 'src/file-calls', ...processAndBelow],
  'src/client.ts': ['src/sync', 'src/pipeline', 'src/report', 'src/flow', ...processAndBelow],
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
  'server/src/models': [contract, ...system],
  'server/src/convert': [contract, ...system],
  'server/src/formats': ['server/src/convert', contract, ...shared],
  'server/src/modules': ['server/src/models', 'server/src/formats', 'server/src/convert', contract, ...system],
  'server/src/custom-modules': ['server/src/formats', 'server/src/convert', contract, ...shared],
  'server/src/runner': ['server/src/custom-modules', 'server/src/modules', contract, ...system],
  // a query is tokenized and packed like the indexed text, and the module itself embeds the query
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
  // this folder reads the items of a file's output, such as keywords and embedded texts, and renders previews of inputs
  'server/src/outputs': [
    'server/src/search',
    'server/src/runner',
    'server/src/formats',
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
    'server/src/blobs',
    'server/src/queue',
    'server/src/runner',
    contract,
    ...system,
  ],
  'server/src/http': [
    'server/src/engine',
    'server/src/outputs',
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
  // the code in the browser, which accesses the server only over HTTP
  'server/dashboard/text': shared,
  'server/dashboard/data': shared,
  'server/dashboard/parts': ['server/dashboard/data', 'server/dashboard/text', ...shared],
  'server/dashboard/pages': dashboardParts,
  'server/dashboard/shell': ['server/dashboard/pages', ...dashboardParts],
  'server/dashboard/main.tsx': ['server/dashboard'],
  'server/src/listen.ts': compositionRoot,
  'server/src/manage-models.ts': compositionRoot,
  'server/src/open-engine.ts': compositionRoot,
  'server/src/open-semantic-search.ts': compositionRoot,
  'server/src/start-worker.ts': compositionRoot,
  'server/src/start-server.ts': compositionRoot,
  'server/src/manage-accounts.ts': compositionRoot,
  'server/src/with-store.ts': compositionRoot,
  'server/src/transfer-store.ts': compositionRoot,
  'server/src/index.ts': compositionRoot,
};

/** Packages that only certain folders may import. */
export const restrictedPackages = {
  zod: [
    'server/src/custom-modules',
    'src/shared/wire',
    'server/src/settings',
    'server/src/http',
    'server/src/models',
    'server/src/modules',
  ],
  axios: ['src/http'],
  'form-data': ['src/http'],
  'pg-boss': ['server/src/queue'],
  hono: ['server/src/http', 'server/src/listen.ts', 'server/src/start-server.ts'],
  react: [
    'server/dashboard/text',
    'server/dashboard/data',
    'server/dashboard/parts',
    'server/dashboard/pages',
    'server/dashboard/shell',
    'server/dashboard/main.tsx',
  ],
};
