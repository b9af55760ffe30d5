import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';
import type { Call } from '../../command.js';
import { commonCode, exitCode, type ExitCode } from '../../output/exit-code.js';
import { explainError } from '../../output/explain-error.js';

interface Acts {
  /** The name of an id in the JSON output. */
  readonly idName: 'fileId' | 'requestId';
  /** The name of the list of ids in the JSON output, such as `deleted`. Each line of the other output begins with it. */
  readonly participle: string;
  /** Acts on one file or run. @returns The new id, if the action has created a new run. */
  readonly act: (id: string) => Promise<unknown>;
}

/** Acts on several files or runs, one after the other. A failure does not stop the rest. */
export async function actOnEach(
  ids: readonly string[],
  { output, signal }: Pick<Call, 'output' | 'signal'>,
  { idName, participle, act }: Acts,
): Promise<ExitCode> {
  const done: { id: string; other: string | undefined }[] = [];
  const failed: { id: string; message: string; code: ExitCode }[] = [];
  for (const id of ids) {
    try {
      const other = await act(id);
      done.push({ id, other: typeof other === 'string' ? other : undefined });
    } catch (error) {
      throwIfAborted(signal);
      const { message, code } = explainError(error);
      // all other ids would fail with the same error
      if (code === exitCode.unauthenticated || code === exitCode.usage) throw error;
      failed.push({ id, message, code });
      output.error(`${id}: ${message}`);
    }
  }
  const failures = failed.map(({ id, message }) => ({ [idName]: id, message }));
  output.result({ [participle]: done.map(({ id, other }) => other ?? id), failed: failures }, () =>
    done.map(({ id, other }) => `${participle} ${id}${other === undefined ? '' : ` as ${other}`}`),
  );
  return commonCode([...done.map(() => exitCode.ok), ...failed.map(({ code }) => code)]);
}
