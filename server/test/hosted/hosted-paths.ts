/** Every path of the hosted protocol. */
export const hostedPaths = [
  '/cli-checkin',
  '/krixik-core-cap-check',
  '/krixik-core-process',
  '/krixik-core-process-status',
  '/krixik-core-fetch-output',
  '/krixik-core-delete',
  '/krixik-core-list',
  '/krixik-core-update',
  '/krixik-core-show-tree',
  '/keyword-search',
  '/semantic-search',
] as const;
