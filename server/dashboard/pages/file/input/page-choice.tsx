import { Button } from '../../../parts/basics/button.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import styles from './input.module.css';

export interface PageChoiceProps {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

/** Goes from one page of an image to the next. */
export function PageChoice({ page, pages, onPage }: PageChoiceProps) {
  const text = useText(fileText);
  // a button that is disabled would lose the focus of the keyboard
  const to = (next: number) => ({
    'aria-disabled': next < 1 || next > pages,
    onClick: () => {
      if (next >= 1 && next <= pages) onPage(next);
    },
  });
  return (
    <nav className={styles['pages']} aria-label={text.pages}>
      <Button kind="quiet" aria-label={text.pageBefore} {...to(page - 1)}>
        ‹
      </Button>
      <span aria-live="polite">{text.pageOf(page, pages)}</span>
      <Button kind="quiet" aria-label={text.pageAfter} {...to(page + 1)}>
        ›
      </Button>
    </nav>
  );
}
