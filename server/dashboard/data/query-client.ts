import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ServerError } from './api.js';
import { queryKeys } from './query-keys.js';

/**
 * Creates the query client. Queries are not refetched when the window regains focus, because the live stream reports changes. A 401
 * response sets the session to `null`.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ServerError && error.status === 401) client.setQueryData(queryKeys.session, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        retry: (failureCount, error) => failureCount < 3 && !(error instanceof ServerError && error.status < 500),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
