import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { LiveStream, type ConnectionState, type LiveEvents, type LiveStats } from './live-stream.js';
import { queryKeys } from '../query-keys.js';

const StreamContext = createContext<LiveStream | undefined>(undefined);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [stream] = useState(() => new LiveStream());
  useEffect(() => stream.start(), [stream]);
  useEffect(
    () =>
      stream.on('reset', () => {
        const [session] = queryKeys.session;
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== session });
      }),
    [stream, client],
  );
  return <StreamContext value={stream}>{children}</StreamContext>;
}

function useStream(): LiveStream {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('Expected this hook to be called inside a LiveProvider.');
  return stream;
}

/** Calls `listener` for each live event with this name while the component is mounted. */
export function useLiveEvent<Name extends keyof LiveEvents>(
  name: Name,
  listener: (data: LiveEvents[Name]) => void,
): void {
  const stream = useStream();
  const onEvent = useEffectEvent(listener);
  useEffect(() => stream.on(name, (data) => onEvent(data)), [stream, name]);
}

/** Includes the `task` and `log` events of a run in the live stream while the component is mounted. */
export function useFollowRun(id: string): void {
  const stream = useStream();
  useEffect(() => stream.followRun(id), [stream, id]);
}

export function useConnectionState(): ConnectionState {
  const stream = useStream();
  return useSyncExternalStore(stream.subscribeToConnectionState, stream.getConnectionState);
}

/** Returns the number of unfinished runs in each state and the number of late runs; `undefined` before the first `stats` event. */
export function useLiveStats(): LiveStats | undefined {
  const stream = useStream();
  return useSyncExternalStore((subscriber) => stream.on('stats', subscriber), stream.getStats);
}
