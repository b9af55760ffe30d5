export interface KeyBinding {
  /** A key, such as `j`, `?` or `Enter`, or a sequence of keys, such as `g o`. */
  readonly keys: string;
  /** The description of the action in the list of shortcuts. */
  readonly label: string;
  readonly run: () => void;
}

/** The maximum time between two keys of a sequence, in ms. */
const sequenceTimeoutMs = 1000;

/** Dispatches the window's key presses to the key bindings of the mounted components. */
export class KeyMap {
  readonly #bindingsByOwner = new Map<string, readonly KeyBinding[]>();
  readonly #subscribers = new Set<() => void>();
  #bindings: readonly KeyBinding[] = [];
  #typedKeys = '';
  #typedAt = 0;

  /** Starts listening for key presses. @returns A function that stops listening. */
  listen(): () => void {
    window.addEventListener('keydown', this.#onKey);
    return () => window.removeEventListener('keydown', this.#onKey);
  }

  /** Sets the bindings of a component. @param owner The id of the component. */
  bind(owner: string, bindings: readonly KeyBinding[]): void {
    const before = this.#bindingsByOwner.get(owner) ?? [];
    this.#bindingsByOwner.set(owner, bindings);
    const isUnchanged =
      before.length === bindings.length &&
      before.every((binding, index) => {
        const next = bindings[index];
        return binding.keys === next?.keys && binding.label === next.label;
      });
    this.#update(!isUnchanged);
  }

  unbind(owner: string): void {
    this.#bindingsByOwner.delete(owner);
    this.#update(true);
  }

  readonly getBindings = (): readonly KeyBinding[] => this.#bindings;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  #update(hasChanged: boolean): void {
    if (!hasChanged) return;
    this.#bindings = [...new Map(this.#allBindings().map((binding) => [binding.keys, binding])).values()];
    for (const subscriber of this.#subscribers) subscriber();
  }

  #allBindings(): KeyBinding[] {
    return [...this.#bindingsByOwner.values()].flat();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isForElement(event)) return;
    const now = performance.now();
    const typedKeys =
      now - this.#typedAt < sequenceTimeoutMs && this.#typedKeys !== '' ? `${this.#typedKeys} ${event.key}` : event.key;
    const bindings = this.#allBindings();
    const binding =
      bindings.findLast(({ keys }) => keys === typedKeys) ?? bindings.findLast(({ keys }) => keys === event.key);
    const isPrefix = bindings.some(({ keys }) => keys.startsWith(`${typedKeys} `));
    this.#typedKeys = isPrefix ? typedKeys : '';
    this.#typedAt = now;
    if (!binding || isPrefix) return;
    event.preventDefault();
    binding.run();
  };
}

/** Returns whether the key is for an open dialog, a focused field or, for Enter and Space, a focused link or button. */
function isForElement({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog[open]') || document.querySelector('dialog:modal')) return true;
  if (target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return true;
  return (key === 'Enter' || key === ' ') && target.closest('a, button, input, summary') !== null;
}
