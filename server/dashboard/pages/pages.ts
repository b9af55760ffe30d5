import { lazy, type ComponentType } from 'react';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { shellText } from '../text/shell.js';

export interface Page {
  /** The path below `/ui`, as a pattern of wouter: `/runs/:id`. */
  readonly path: string;
  /** The component, whose code is loaded when the page is first shown, or by {@link loadPages}. */
  readonly component: ComponentType;
  readonly load: () => Promise<unknown>;
  /** The page's entry in the navigation. The entries have the order of {@link pages}. */
  readonly nav?: PageNav;
}

export interface PageNav {
  readonly label: keyof typeof shellText.en.pages;
  /** The keys that open the page, one after the other: `g r`. */
  readonly keys: string;
  readonly group: 'work' | 'set-up';
  /** The role that a key needs to see the entry. @default 'reader' */
  readonly role?: Role;
}

/** Returns the lazy component of a page. Its module exports it by this name. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  return {
    load,
    component: lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[name] })),
  };
}

/** Begins to load the code of the page at a path, while the session is still loading. */
export function loadPage(path: string): void {
  const found = pages.find((one) => new RegExp(`^${one.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path));
  // a page that cannot be loaded shows the error when it is rendered
  found?.load().catch(() => undefined);
}

/** Loads the code of all pages, so that they open at once, even while the connection is lost. */
export async function loadPages(): Promise<void> {
  // a page that cannot be loaded now is loaded when it is shown
  await Promise.allSettled(pages.map(({ load }) => load()));
}

export const pages: readonly Page[] = [
  {
    path: '/',
    ...page(() => import('./overview/overview-page.js'), 'OverviewPage'),
    nav: { label: 'overview', keys: 'g o', group: 'work' },
  },
  {
    path: '/runs',
    ...page(() => import('./runs/runs-page.js'), 'RunsPage'),
    nav: { label: 'runs', keys: 'g r', group: 'work' },
  },
  { path: '/runs/:id', ...page(() => import('./run/run-page.js'), 'RunPage') },
  { path: '/files/:id', ...page(() => import('./file/file-page.js'), 'FilePage') },
  {
    path: '/batches',
    ...page(() => import('./batches/batches-page.js'), 'BatchesPage'),
    nav: { label: 'batches', keys: 'g b', group: 'work' },
  },
  { path: '/batches/:id', ...page(() => import('./batch/batch-page.js'), 'BatchPage') },
  {
    path: '/process',
    ...page(() => import('./process/process-page.js'), 'ProcessPage'),
    nav: { label: 'process', keys: 'g f', group: 'work' },
  },
  {
    path: '/pipelines',
    ...page(() => import('./pipelines/pipelines-page.js'), 'PipelinesPage'),
    nav: { label: 'pipelines', keys: 'g p', group: 'work' },
  },
  {
    path: '/workers',
    ...page(() => import('./workers/workers-page.js'), 'WorkersPage'),
    nav: { label: 'workers', keys: 'g w', group: 'work' },
  },
  {
    path: '/modules',
    ...page(() => import('./modules/modules-page.js'), 'ModulesPage'),
    nav: { label: 'modules', keys: 'g m', group: 'set-up' },
  },
  {
    path: '/webhooks',
    ...page(() => import('./webhooks/webhooks-page.js'), 'WebhooksPage'),
    nav: { label: 'webhooks', keys: 'g h', group: 'set-up', role: 'admin' },
  },
  {
    path: '/keys',
    ...page(() => import('./keys/keys-page.js'), 'KeysPage'),
    nav: { label: 'keys', keys: 'g k', group: 'set-up', role: 'admin' },
  },
];
