import { lazy, type ComponentType } from 'react';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { shellText } from '../text/shell.js';

export interface Page {
  /** The path below `/ui`, as a wouter pattern: `/runs/:id`. */
  readonly path: string;
  /** The lazy component. Its code is loaded by `load`, or when the page is first rendered. */
  readonly component: ComponentType;
  readonly load: () => Promise<unknown>;
  /** The page's entry in the navigation. The entries of a group appear in the order of {@link pages}. */
  readonly nav?: PageNav;
}

export interface PageNav {
  readonly label: keyof typeof shellText.en.pages;
  /** The key sequence that opens the page: `g r`. */
  readonly keys: string;
  readonly group: 'work' | 'setup';
  /** The minimum role for which this entry is shown. @default 'reader' */
  readonly role?: Role;
}

/** Returns a page's lazy component and its loader. @param exportName The name of the component's export in the loaded module. */
function lazyPage<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, exportName: Name) {
  return {
    load,
    component: lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[exportName] })),
  };
}

/** Starts loading the code of the page at a path, without waiting for the session. */
export function preloadPage(path: string): void {
  const page = pages.find((candidate) => new RegExp(`^${candidate.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path));
  // if loading fails, rendering the page tries again
  page?.load().catch(() => undefined);
}

/** Loads the code of all pages in advance, so that opening a page does not wait for its code. */
export async function preloadPages(): Promise<void> {
  // if loading fails, rendering the page tries again
  await Promise.allSettled(pages.map(({ load }) => load()));
}

export const pages: readonly Page[] = [
  {
    path: '/',
    ...lazyPage(() => import('./overview/overview-page.js'), 'OverviewPage'),
    nav: { label: 'overview', keys: 'g o', group: 'work' },
  },
  {
    path: '/runs',
    ...lazyPage(() => import('./runs/runs-page.js'), 'RunsPage'),
    nav: { label: 'runs', keys: 'g r', group: 'work' },
  },
  { path: '/runs/:id', ...lazyPage(() => import('./run/run-page.js'), 'RunPage') },
  { path: '/files/:id', ...lazyPage(() => import('./file/file-page.js'), 'FilePage') },
  {
    path: '/batches',
    ...lazyPage(() => import('./batches/batches-page.js'), 'BatchesPage'),
    nav: { label: 'batches', keys: 'g b', group: 'work' },
  },
  { path: '/batches/:id', ...lazyPage(() => import('./batch/batch-page.js'), 'BatchPage') },
  {
    path: '/process',
    ...lazyPage(() => import('./process/process-page.js'), 'ProcessPage'),
    nav: { label: 'process', keys: 'g f', group: 'work' },
  },
  {
    path: '/pipelines',
    ...lazyPage(() => import('./pipelines/pipelines-page.js'), 'PipelinesPage'),
    nav: { label: 'pipelines', keys: 'g p', group: 'work' },
  },
  {
    path: '/workers',
    ...lazyPage(() => import('./workers/workers-page.js'), 'WorkersPage'),
    nav: { label: 'workers', keys: 'g w', group: 'work' },
  },
  {
    path: '/modules',
    ...lazyPage(() => import('./modules/modules-page.js'), 'ModulesPage'),
    nav: { label: 'modules', keys: 'g m', group: 'setup' },
  },
  {
    path: '/webhooks',
    ...lazyPage(() => import('./webhooks/webhooks-page.js'), 'WebhooksPage'),
    nav: { label: 'webhooks', keys: 'g h', group: 'setup', role: 'admin' },
  },
  {
    path: '/keys',
    ...lazyPage(() => import('./keys/keys-page.js'), 'KeysPage'),
    nav: { label: 'keys', keys: 'g k', group: 'setup', role: 'admin' },
  },
];
