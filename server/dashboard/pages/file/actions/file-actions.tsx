import { useState } from 'react';
import { Link } from 'wouter';
import { contentPath, useFileActions, type FileStatus } from '../../../data/file.js';
import { useCan } from '../../../data/session.js';
import { Button } from '../../../parts/basics/button.js';
import buttonStyles from '../../../parts/basics/button.module.css';
import { DeleteDialog } from '../../../parts/feedback/delete-dialog.js';
import { useText } from '../../../text/language.js';
import { fileText } from '../../../text/file.js';
import { KeepDialog } from './keep-dialog.js';

/** The actions on the file that its state and the role of the key allow. */
export function FileActions({ file }: { readonly file: FileStatus }) {
  const text = useText(fileText);
  const actions = useFileActions(file.fileId);
  const [asked, setAsked] = useState<'keep' | 'delete'>();
  const mayRun = useCan('runner');
  const mayChange = useCan('operator');
  const close = () => setAsked(undefined);
  return (
    <>
      {file.state === 'ready' && (
        <a className={`${buttonStyles['button']} ${buttonStyles['primary']}`} href={contentPath(file.fileId)} download>
          {text.download}
        </a>
      )}
      {mayChange && file.state === 'ready' && <Button onClick={() => setAsked('keep')}>{text.keep}</Button>}
      {mayRun && file.state !== 'processing' && (
        <Link className={buttonStyles['button']} href={`/runs/${file.requestId}`}>
          {text.rerun}
        </Link>
      )}
      {mayChange && file.state !== 'processing' && (
        <Button kind="danger" onClick={() => setAsked('delete')}>
          {text.delete}
        </Button>
      )}
      {asked === 'keep' && <KeepDialog keep={(expireTime) => actions.change({ expireTime })} onClose={close} />}
      {asked === 'delete' && (
        <DeleteDialog
          title={text.deleteAsk}
          help={text.deleteHelp}
          action={text.deleteAction}
          remove={actions.remove}
          done={text.deleted}
          onClose={close}
        />
      )}
    </>
  );
}
