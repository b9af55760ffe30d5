import { useState } from 'react';
import { Dialog } from '../parts/feedback/dialog.js';
import { useAllKeyBindings, useKeyboardShortcuts } from '../parts/keyboard/keyboard.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import styles from './shell.module.css';

/** A dialog that lists the keyboard shortcuts. The `?` key opens it. */
export function ShortcutHelp() {
  const text = useText(shellText);
  const [isOpen, setOpen] = useState(false);
  const bindings = useAllKeyBindings();
  useKeyboardShortcuts([{ keys: '?', label: text.showShortcuts, run: () => setOpen(true) }]);
  if (!isOpen) return null;
  return (
    <Dialog title={text.shortcuts} onClose={() => setOpen(false)}>
      <dl className={styles['keys']}>
        {bindings.map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key, index) => (
                <kbd key={index}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
