import { Button } from '../../../parts/basics/button.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import styles from './input.module.css';

export interface PageNavigationProps {
  readonly page: number;
  readonly pageCount: number;
  readonly onPage: (page: number) => void;
}

/** Buttons that go to the previous and the next page of an image. */
export function PageNavigation({ page, pageCount, onPage }: PageNavigationProps) {
  const text = useText(fileText);
  // use `aria-disabled`, because setting `disabled` removes the keyboard focus from a button
  const propsFor = (next: number) => ({
    'aria-disabled': next < 1 || next > pageCount,
    onClick: () => {
      if (next >= 1 && next <= pageCount) onPage(next);
    },
  });
  return (
    <nav className={styles['pages']} aria-label={text.pages}>
      <Button kind="quiet" aria-label={text.previousPage} {...propsFor(page - 1)}>
        ‹
      </Button>
      <span aria-live="polite">{text.pageOf(page, pageCount)}</span>
      <Button kind="quiet" aria-label={text.nextPage} {...propsFor(page + 1)}>
        ›
      </Button>
    </nav>
  );
}
