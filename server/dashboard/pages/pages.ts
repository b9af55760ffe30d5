import { lazy, type ComponentType } from 'react';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { shellText } from '../text/shell.js';

export interface Page {
  /** Below `/ui`, as wouter has it: `/runs/:id`. */
  readonly path: string;
  /** Its code is loaded when it is first shown. */
  readonly component: ComponentType;
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
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name): ComponentType {
  return lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[name] }));
}

export const pages: readonly Page[] = [
  {
    path: '/',
    component: page(() => import('./overview/overview-page.js'), 'OverviewPage'),
    nav: { label: 'overview', keys: 'g o', group: 'work' },
  },
  {
    path: '/runs',
    component: page(() => import('./runs/runs-page.js'), 'RunsPage'),
    nav: { label: 'runs', keys: 'g r', group: 'work' },
  },
  { path: '/runs/:id', component: page(() => import('./run/run-page.js'), 'RunPage') },
  { path: '/files/:id', component: page(() => import('./file/file-page.js'), 'FilePage') },
  {
    path: '/process',
    component: page(() => import('./process/process-page.js'), 'ProcessPage'),
    nav: { label: 'process', keys: 'g f', group: 'work' },
  },
  {
    path: '/pipelines',
    component: page(() => import('./pipelines/pipelines-page.js'), 'PipelinesPage'),
    nav: { label: 'pipelines', keys: 'g p', group: 'work' },
  },
  {
    path: '/workers',
    component: page(() => import('./workers/workers-page.js'), 'WorkersPage'),
    nav: { label: 'workers', keys: 'g w', group: 'work' },
  },
  {
    path: '/modules',
    component: page(() => import('./modules/modules-page.js'), 'ModulesPage'),
    nav: { label: 'modules', keys: 'g m', group: 'set-up' },
  },
  {
    path: '/webhooks',
    component: page(() => import('./webhooks/webhooks-page.js'), 'WebhooksPage'),
    nav: { label: 'webhooks', keys: 'g h', group: 'set-up', role: 'admin' },
  },
  {
    path: '/keys',
    component: page(() => import('./keys/keys-page.js'), 'KeysPage'),
    nav: { label: 'keys', keys: 'g k', group: 'set-up', role: 'admin' },
  },
];
