import { useState } from 'react';
import { Link } from 'wouter';
import { outputContentPath, useFileActions, type FileStatus } from '../../../data/file.js';
import { useHasRole } from '../../../data/session.js';
import { Button } from '../../../parts/basics/button.js';
import buttonStyles from '../../../parts/basics/button.module.css';
import { DeleteDialog } from '../../../parts/feedback/delete-dialog.js';
import { useText } from '../../../text/language.js';
import { fileText } from '../../../text/file.js';
import { KeepDialog } from './keep-dialog.js';

/** The actions on a file. Shows only the actions that the file's state and the key's role allow. */
export function FileActions({ file }: { readonly file: FileStatus }) {
  const text = useText(fileText);
  const actions = useFileActions(file.fileId);
  const [openDialog, setOpenDialog] = useState<'keep' | 'delete'>();
  const isRunner = useHasRole('runner');
  const isOperator = useHasRole('operator');
  const closeDialog = () => setOpenDialog(undefined);
  return (
    <>
      {file.state === 'ready' && (
        <a
          className={`${buttonStyles['button']} ${buttonStyles['primary']}`}
          href={outputContentPath(file.fileId)}
          download
        >
          {text.download}
        </a>
      )}
      {isOperator && file.state === 'ready' && (
        <Button onClick={() => setOpenDialog('keep')}>{text.changeExpiry}</Button>
      )}
      {isRunner && file.state !== 'processing' && (
        <Link className={buttonStyles['button']} href={`/runs/${file.requestId}`}>
          {text.rerun}
        </Link>
      )}
      {isOperator && file.state !== 'processing' && (
        <Button kind="danger" onClick={() => setOpenDialog('delete')}>
          {text.delete}
        </Button>
      )}
      {openDialog === 'keep' && (
        <KeepDialog keep={(expireTime) => actions.change({ expireTime })} onClose={closeDialog} />
      )}
      {openDialog === 'delete' && (
        <DeleteDialog
          title={text.deleteTitle}
          help={text.deleteHelp}
          actionLabel={text.deleteAction}
          onDelete={actions.remove}
          successMessage={text.deleted}
          onClose={closeDialog}
        />
      )}
    </>
  );
}
