import {
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type QueryFunctionContext,
} from '@tanstack/react-query';
import { includesRole, type Role } from 'millrace/shared/rules/roles.js';
import type { BrowserSession } from 'millrace/shared/types/session.js';
import { callApi, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';
import { clearTabStateUnlessOwnedBy, clearTabState } from './tab-state.js';
import { uploads } from './uploads/uploads.js';

/** Fetches the session. The data is `undefined` until the session has been fetched, and `null` if nobody is signed in. */
export function useSession() {
  return useQuery({ queryKey: queryKeys.session, queryFn: fetchSession, staleTime: Infinity });
}

/** Returns whether the session's key has at least this role. Pages use this to hide the actions that the server would refuse. */
export function useHasRole(role: Role): boolean {
  const { data } = useSession();
  return data != null && includesRole(data.key.role, role);
}

/** Signs in with a key, or with the token of a one-time link. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: { key: string } | { link: string }) =>
      callApi<BrowserSession>('/v1/session', { method: 'POST', body: credentials }),
    onSuccess: (session) => {
      clearPreviousSession(client, session);
      client.setQueryData(queryKeys.session, session);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi<undefined>('/v1/session', { method: 'DELETE' }),
    onSuccess: () => {
      clearTabState();
      uploads.reset();
      client.setQueryData(queryKeys.session, null);
      clearCachedResponses(client);
    },
  });
}

/** Clears the tab's state, the uploads and the cached responses, unless the state already belongs to this account and key. */
function clearPreviousSession(client: QueryClient, { account, key }: BrowserSession): void {
  if (!clearTabStateUnlessOwnedBy(`${account} ${key.id}`)) return;
  uploads.reset();
  clearCachedResponses(client);
}

function clearCachedResponses(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] });
}

async function fetchSession({ client, signal }: QueryFunctionContext): Promise<BrowserSession | null> {
  try {
    const session = await callApi<BrowserSession>('/v1/session', { signal });
    clearPreviousSession(client, session);
    return session;
  } catch (error) {
    if (error instanceof ServerError && error.status === 401) return null;
    throw error;
  }
}
