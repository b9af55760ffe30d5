import { useState } from 'react';
import { Dialog } from '../parts/feedback/dialog.js';
import { useBoundKeys, useKeys } from '../parts/keyboard/keyboard.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import styles from './shell.module.css';

/** The list of keyboard shortcuts, which `?` opens. */
export function KeyHelp() {
  const text = useText(shellText);
  const [open, setOpen] = useState(false);
  const bindings = useBoundKeys();
  useKeys([{ keys: '?', label: text.keysHelp, run: () => setOpen(true) }]);
  if (!open) return null;
  return (
    <Dialog title={text.keys} onClose={() => setOpen(false)}>
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
