import type { ModuleImplementation } from '../module-contract/module.js';

const loaders: Readonly<Record<string, () => Promise<ModuleImplementation>>> = {
  caption: () => import('./caption/run.js'),
  classify: () => import('./classify/run.js'),
  extract: () => import('./extract/run.js'),
  'json-to-txt': () => import('./json-to-txt/run.js'),
  'keyword-db': () => import('./keyword-db/run.js'),
  ocr: () => import('./ocr/run.js'),
  parser: () => import('./parser/run.js'),
  sentiment: () => import('./sentiment/run.js'),
  summarize: () => import('./summarize/run.js'),
  'text-embedder': () => import('./text-embedder/run.js'),
  transcribe: () => import('./transcribe/run.js'),
  translate: () => import('./translate/run.js'),
  'vector-db': () => import('./vector-db/run.js'),
};

/** The names of the built-in modules that chains can contain. */
export const runnableModules: readonly string[] = Object.keys(loaders);

/** The loaders of modules that only the server itself uses. Chains cannot contain these modules. */
const internalLoaders: typeof loaders = { picture: () => import('./picture/run.js') };

/** Loads a built-in module and its dependencies. Returns `undefined` if there is no built-in module with this name. */
export async function loadBuiltinModule(name: string): Promise<ModuleImplementation | undefined> {
  const allLoaders = { ...loaders, ...internalLoaders };
  return Object.hasOwn(allLoaders, name) ? allLoaders[name]?.() : undefined;
}
