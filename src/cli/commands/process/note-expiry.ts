import type { Client } from '../../../index.js';
import type { Call } from '../../command.js';
import { shortTime } from '../../output/table.js';
import type { FileOutcome } from './process-file.js';

/** How long the server keeps a file by default, in seconds. The server's limits may change it. */
const defaultSeconds = 1800;

/** Says when the server deletes the processed files, and how to keep them, if the command line does not say how long. */
export async function noteExpiry(
  client: Client,
  outcomes: readonly Pick<FileOutcome, 'fileId' | 'expiresAt'>[],
  { output, signal }: Pick<Call, 'output' | 'signal'>,
): Promise<void> {
  const kept = outcomes.filter(({ fileId }) => fileId !== undefined);
  const [first] = kept;
  if (first?.fileId === undefined) return;
  if (kept.length === 1 && first.expiresAt !== undefined) {
    const until = shortTime(first.expiresAt);
    output.note(
      `The server deletes the file at ${until}. To keep it: millrace update ${first.fileId} --expire SECONDS`,
    );
    return;
  }
  const { limits } = await client.serverInfo({ signal });
  const seconds = Math.min(Math.max(defaultSeconds, limits.expireTime.min), limits.expireTime.max);
  const after = seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
  output.note(
    `The server deletes each file ${after} after its upload. To keep files longer, use --expire SECONDS, ` +
      'or now: millrace update FILE_ID --expire SECONDS',
  );
}
