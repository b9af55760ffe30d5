import { createContext, useContext, useEffect, useId, useState, useSyncExternalStore, type ReactNode } from 'react';
import { KeyMap, type KeyBinding } from './key-map.js';

const KeyMapContext = createContext<KeyMap | undefined>(undefined);

export function KeyboardProvider({ children }: { readonly children: ReactNode }) {
  const [map] = useState(() => new KeyMap());
  useEffect(() => map.listen(), [map]);
  return <KeyMapContext value={map}>{children}</KeyMapContext>;
}

function useKeyMap(): KeyMap {
  const map = useContext(KeyMapContext);
  if (!map) throw new Error('Expected this hook to be called inside a KeyboardProvider.');
  return map;
}

/** Binds keys while the component is mounted. If two components bind the same keys, the one mounted last wins. */
export function useKeyboardShortcuts(bindings: readonly KeyBinding[]): void {
  const map = useKeyMap();
  const id = useId();
  useEffect(() => map.bind(id, bindings));
  useEffect(() => () => map.unbind(id), [map, id]);
}

export function useAllKeyBindings(): readonly KeyBinding[] {
  const map = useKeyMap();
  return useSyncExternalStore(map.subscribe, map.getListedBindings);
}
