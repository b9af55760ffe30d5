import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { includesRole, type Role } from 'millrace/shared/rules/roles.js';
import type { BrowserSession } from 'millrace/shared/types/session.js';
import { api, ServerError } from './api.js';
import { queryKeys } from './query-keys.js';

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
    onSuccess: (session) => client.setQueryData(queryKeys.session, session),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api<undefined>('/v1/session', { method: 'DELETE' }),
    onSuccess: () => {
      client.setQueryData(queryKeys.session, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] });
    },
  });
}

async function readSession({ signal }: { signal: AbortSignal }): Promise<BrowserSession | null> {
  try {
    return await api<BrowserSession>('/v1/session', { signal });
  } catch (error) {
    if (error instanceof ServerError && error.status === 401) return null;
    throw error;
  }
}
