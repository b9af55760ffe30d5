import { useState } from 'react';

const prefix = 'millrace.';

/** Like `useState`, but stores the value in the tab's session storage, so that it survives navigation and reloads. */
export function useTabState<Value>(name: string, initial: Value): readonly [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => read(name, initial));
  const update = (next: Value) => {
    setValue(next);
    write(name, next);
  };
  return [value, update];
}

const ownerName = 'owner';

/** Makes `owner` the owner of this tab's state. Clears the state and returns true, unless the state already belonged to `owner`. */
export function clearTabStateUnlessOwnedBy(owner: string): boolean {
  if (read(ownerName, '') === owner) return false;
  clearTabState();
  write(ownerName, owner);
  return true;
}

/** Clears this tab's state, so that the next person who signs in does not see it. */
export function clearTabState(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // storage is not available
  }
}

function write(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // storage is full or not available: the value will not survive navigation or reloads
  }
}

function read<Value>(name: string, initial: Value): Value {
  try {
    const stored = sessionStorage.getItem(prefix + name);
    return stored === null ? initial : (JSON.parse(stored) as Value);
  } catch {
    return initial;
  }
}
