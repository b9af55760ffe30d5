import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { Button } from '../../parts/basics/button.js';
import { bulkText } from '../../text/bulk.js';
import { useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import styles from './runs.module.css';
import type { useSelection } from './use-selection.js';

export interface SelectionBarProps {
  readonly selected: ReturnType<typeof useSelection>;
  readonly onAction: (action: BulkAction) => void;
  /** Whether the session's key may perform the actions. */
  readonly canAct: boolean;
  /** Whether a filter is set. Without a filter, the server refuses an action on all runs. */
  readonly isFiltered: boolean;
}

export function SelectionBar({ selected, onAction, canAct, isFiltered }: SelectionBarProps) {
  const text = useText(runsText);
  const { actions } = useText(bulkText);
  return (
    <div className={styles['selection']} role="toolbar" aria-label={text.selected(selected.count)}>
      <span role="status">{selected.isAllMatching ? text.allSelected : text.selected(selected.count)}</span>
      {!selected.isAllMatching && isFiltered && (
        <Button kind="quiet" onClick={selected.selectAllMatching}>
          {text.selectAllMatching}
        </Button>
      )}
      <Button kind="quiet" onClick={selected.clear}>
        {text.clear}
      </Button>
      {canAct && (
        <span className={styles['actions']}>
          {(['resume', 'rerun', 'cancel', 'delete'] as const).map((action) => (
            <Button key={action} kind={action === 'delete' ? 'danger' : 'normal'} onClick={() => onAction(action)}>
              {actions[action]}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
