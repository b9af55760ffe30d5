export interface KeyBinding {
  /** A key, such as `j`, `?` or `Enter`, or a sequence of keys separated by spaces, such as `g o`. */
  readonly keys: string;
  /** The description of the action in the list of shortcuts. */
  readonly label: string;
  readonly run: () => void;
}

/** The maximum time between two keys of a sequence, in ms. */
const sequenceTimeoutMs = 1000;

/** Dispatches the window's key presses to the key bindings of the mounted components. */
export class KeyMap {
  readonly #bindingsByComponent = new Map<string, readonly KeyBinding[]>();
  readonly #subscribers = new Set<() => void>();
  #listedBindings: readonly KeyBinding[] = [];
  #pendingKeys = '';
  #lastKeyAt = 0;

  /** Starts listening for key presses. @returns A function that stops listening. */
  listen(): () => void {
    window.addEventListener('keydown', this.#onKey);
    return () => window.removeEventListener('keydown', this.#onKey);
  }

  /** Sets the key bindings of a component. */
  bind(componentId: string, bindings: readonly KeyBinding[]): void {
    const previous = this.#bindingsByComponent.get(componentId) ?? [];
    this.#bindingsByComponent.set(componentId, bindings);
    const isListUnchanged =
      previous.length === bindings.length &&
      previous.every((binding, index) => {
        const next = bindings[index];
        return binding.keys === next?.keys && binding.label === next.label;
      });
    if (!isListUnchanged) this.#updateList();
  }

  unbind(componentId: string): void {
    this.#bindingsByComponent.delete(componentId);
    this.#updateList();
  }

  readonly getListedBindings = (): readonly KeyBinding[] => this.#listedBindings;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  #updateList(): void {
    this.#listedBindings = [...new Map(this.#allBindings().map((binding) => [binding.keys, binding])).values()];
    for (const subscriber of this.#subscribers) subscriber();
  }

  #allBindings(): KeyBinding[] {
    return [...this.#bindingsByComponent.values()].flat();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || shouldIgnore(event)) return;
    const now = performance.now();
    const typedKeys =
      now - this.#lastKeyAt < sequenceTimeoutMs && this.#pendingKeys !== ''
        ? `${this.#pendingKeys} ${event.key}`
        : event.key;
    const bindings = this.#allBindings();
    const binding =
      bindings.findLast(({ keys }) => keys === typedKeys) ?? bindings.findLast(({ keys }) => keys === event.key);
    const isPrefix = bindings.some(({ keys }) => keys.startsWith(`${typedKeys} `));
    this.#pendingKeys = isPrefix ? typedKeys : '';
    this.#lastKeyAt = now;
    if (!binding || isPrefix) return;
    event.preventDefault();
    binding.run();
  };
}

/**
 * Returns whether to ignore a key press. All keys are ignored while a dialog is open or a form field other than a checkbox is focused.
 * Enter and Space are also ignored on links, buttons, checkboxes and `summary` elements.
 */
function shouldIgnore({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog[open]') || document.querySelector('dialog:modal')) return true;
  if (target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return true;
  return (key === 'Enter' || key === ' ') && target.closest('a, button, input, summary') !== null;
}
