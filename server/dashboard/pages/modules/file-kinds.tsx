import type { FileKindInfo } from '../../data/modules.js';
import { Panel } from '../../parts/basics/panel.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useText } from '../../text/language.js';
import { modulesText } from '../../text/modules.js';
import styles from './modules.module.css';

export function FileKinds({ kinds }: { readonly kinds: readonly FileKindInfo[] }) {
  const text = useText(modulesText);
  const hasConversionEndpoint = kinds.some(({ route }) => route === 'endpoint');
  const columns: ShortColumn<FileKindInfo>[] = [
    { key: 'kind', header: text.kind, cell: ({ name }) => name },
    { key: 'readAs', header: text.readAs, cell: ({ format }) => format },
    {
      key: 'extensions',
      header: text.extensions,
      cell: ({ extensions }) => <span className={styles['extensions']}>{extensions.join(' ')}</span>,
    },
    ...(hasConversionEndpoint
      ? [{ key: 'readBy', header: text.readBy, cell: ({ route }: FileKindInfo) => text.readers[route] }]
      : []),
  ];
  return (
    <Panel title={text.kinds} flush>
      <ShortTable label={text.kinds} rows={kinds} columns={columns} rowKey={({ name }) => name} />
    </Panel>
  );
}
