import { lazy, type ComponentType } from 'react';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { shellText } from '../text/shell.js';

export interface Page {
  /** Below `/ui`, as wouter has it: `/runs/:id`. */
  readonly path: string;
  /** Its code is loaded when it is first shown, or by {@link loadPages}. */
  readonly component: ComponentType;
  readonly load: () => Promise<unknown>;
  /** Its place in the navigation, in the order of the list. */
  readonly nav?: PageNav;
}

export interface PageNav {
  readonly label: keyof typeof shellText.en.pages;
  /** Two keys: `g r`. */
  readonly keys: string;
  readonly group: 'work' | 'set-up';
  /** Who sees it. @default everybody */
  readonly role?: Role;
}

/** A page's module exports its component by name. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  return {
    load,
    component: lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[name] })),
  };
}

/** Loads the code of the page at an address, so that it is there when the session is known. */
export function loadPage(path: string): void {
  const found = pages.find((one) => new RegExp(`^${one.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path));
  // one that cannot be loaded says so when it is shown
  found?.load().catch(() => undefined);
}

/** Loads the code of all pages, so that they open at once, and also while the connection is lost. */
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
