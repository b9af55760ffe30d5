import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ServerError } from './api.js';
import { queryKeys } from './query-keys.js';

/** The stream says what has changed, so that queries do not poll. */
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
        retry: (failures, error) => failures < 3 && !(error instanceof ServerError && error.status < 500),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
