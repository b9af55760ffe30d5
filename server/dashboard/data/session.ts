import {
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type QueryFunctionContext,
} from '@tanstack/react-query';
import { includesRole, type Role } from 'millrace/shared/rules/roles.js';
import type { BrowserSession } from 'millrace/shared/types/session.js';
import { api, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';
import { clearTabState, takeTabState } from './tab-state.js';
import { uploads } from './uploads/uploads.js';

/** `undefined` while it is read; `null` without a session. */
export function useSession() {
  return useQuery({ queryKey: queryKeys.session, queryFn: readSession, staleTime: Infinity });
}

/** Whether the session's key has a role, so that a page shows only the actions that the server would allow. */
export function useCan(role: Role): boolean {
  const { data } = useSession();
  return data != null && includesRole(data.key.role, role);
}

/** Signs in with a key, or with the token of a one-time link. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (proof: { key: string } | { link: string }) =>
      api<BrowserSession>('/v1/session', { method: 'POST', body: proof }),
    onSuccess: (session) => {
      takeOver(client, session);
      client.setQueryData(queryKeys.session, session);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api<undefined>('/v1/session', { method: 'DELETE' }),
    onSuccess: () => {
      clearTabState();
      uploads.abandon();
      client.setQueryData(queryKeys.session, null);
      removeResponses(client);
    },
  });
}

/** What this tab has of another person, whose session has ended, is not for this one. */
function takeOver(client: QueryClient, { account, key }: BrowserSession): void {
  if (!takeTabState(`${account} ${key.id}`)) return;
  uploads.abandon();
  removeResponses(client);
}

function removeResponses(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] });
}

async function readSession({ client, signal }: QueryFunctionContext): Promise<BrowserSession | null> {
  try {
    const session = await api<BrowserSession>('/v1/session', { signal });
    takeOver(client, session);
    return session;
  } catch (error) {
    if (error instanceof ServerError && error.status === 401) return null;
    throw error;
  }
}
