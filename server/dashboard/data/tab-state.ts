import { useState } from 'react';

const prefix = 'millrace.';

/** Like `useState`, but keeps the value for this tab while other pages are shown, and when the page is reloaded. */
export function useTabState<Value>(name: string, initial: Value): readonly [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => read(name, initial));
  const keep = (next: Value) => {
    setValue(next);
    write(name, next);
  };
  return [value, keep];
}

const ownerName = 'owner';

/** Makes `owner` the owner of this tab's state, and clears the state of another owner. @returns Whether the owner has changed. */
export function claimTabState(owner: string): boolean {
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
    // storage is full or not available: the value is lost when the reader leaves the page
  }
}

function read<Value>(name: string, initial: Value): Value {
  try {
    const kept = sessionStorage.getItem(prefix + name);
    return kept === null ? initial : (JSON.parse(kept) as Value);
  } catch {
    return initial;
  }
}
