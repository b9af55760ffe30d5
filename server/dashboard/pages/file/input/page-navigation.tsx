import { Button } from '../../../parts/basics/button.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import styles from './input.module.css';

export interface PageNavigationProps {
  readonly page: number;
  readonly pageCount: number;
  readonly onPageChange: (page: number) => void;
}

/** Buttons that go to the previous and the next page of an image. */
export function PageNavigation({ page, pageCount, onPageChange }: PageNavigationProps) {
  const text = useText(fileText);
  // use `aria-disabled`, because a button that becomes `disabled` loses the keyboard focus
  const buttonPropsFor = (targetPage: number) => ({
    'aria-disabled': targetPage < 1 || targetPage > pageCount,
    onClick: () => {
      if (targetPage >= 1 && targetPage <= pageCount) onPageChange(targetPage);
    },
  });
  return (
    <nav className={styles['pages']} aria-label={text.pages}>
      <Button kind="quiet" aria-label={text.previousPage} {...buttonPropsFor(page - 1)}>
        ‹
      </Button>
      <span aria-live="polite">{text.pageOf(page, pageCount)}</span>
      <Button kind="quiet" aria-label={text.nextPage} {...buttonPropsFor(page + 1)}>
        ›
      </Button>
    </nav>
  );
}
