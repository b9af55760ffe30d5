import { createHash } from 'node:crypto';
import type { EngineContext } from '../engine-context.js';

/** An upload in pieces that was begun. */
export interface ResumableUpload {
  /** What its pieces are kept under: another version's are apart, whoever still writes to them. */
  readonly parts: string;
  /** As the client calls it. */
  readonly version: string;
  /** Bytes of the whole file. */
  readonly length: number;
  /** It is complete, and its run has begun. */
  readonly accepted: boolean;
  /** When its reservation ends, if nothing more comes; `null` when it is complete. */
  readonly expires: Date | null;
}

/**
 * Notes that a file will come in pieces.
 *
 * @param upload `version` tells files apart that have one length: of another version nothing is kept.
 * @returns Where they are kept, and where those of another version were; nothing when there is no such reservation any more.
 */
export async function beginResumable(
  context: EngineContext,
  fileId: string,
  { length, version }: { readonly length: number; readonly version: string },
): Promise<{ parts: string; replaced: string | undefined } | undefined> {
  return context.db.tx(async (tx) => {
    const { rows } = await tx.query<{ upload_length: number | null; upload_version: string | null }>(
      `select upload_length, upload_version from file
       where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3 for update`,
      [fileId, ...reservedNow(context)],
    );
    const [file] = rows;
    if (!file) return undefined;
    await tx.query(
      'update file set upload_length = $2, upload_version = $3, reserved_at = greatest(reserved_at, $4) where id = $1',
      [fileId, length, version, keptFrom(context)],
    );
    const parts = nameParts(fileId, length, version);
    const { upload_length: before, upload_version: earlier } = file;
    const known = before === null || earlier === null ? parts : nameParts(fileId, before, earlier);
    return { parts, replaced: known === parts ? undefined : known };
  });
}

export async function findResumable(context: EngineContext, fileId: string): Promise<ResumableUpload | undefined> {
  const { rows } = await context.db.query<{
    upload_length: number;
    upload_version: string;
    accepted: boolean;
    reserved_at: Date;
  }>(
    `select upload_length, upload_version, input_bytes is not null as accepted, reserved_at from file
     where id = $1 and upload_length is not null and expires_at > $2
       and (input_bytes is not null or (state = 'reserved' and reserved_at > $3))`,
    [fileId, ...reservedNow(context)],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { upload_length: length, upload_version: version, accepted, reserved_at: reserved } = row;
  const expires = accepted ? null : new Date(reserved.getTime() + context.reservationSeconds * 1000);
  return { parts: nameParts(fileId, length, version), version, length, accepted, expires };
}

/** Keeps the reservation for as long as an interruption may last. @returns False when it is not this version's any more. */
export async function keepResumable(context: EngineContext, fileId: string, version: string): Promise<boolean> {
  const { affected } = await context.db.query(
    `update file set reserved_at = greatest(reserved_at, $4)
     where id = $1 and state = 'reserved' and upload_version = $5 and expires_at > $2 and reserved_at > $3`,
    [fileId, ...reservedNow(context), keptFrom(context), version],
  );
  return affected > 0;
}

/** A name as blobs have them, the same on every server. */
function nameParts(fileId: string, length: number, version: string): string {
  const digest = createHash('sha256').update(`${fileId} ${length} ${version}`).digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

function reservedNow({ clock, reservationSeconds }: EngineContext): [now: Date, since: Date] {
  const now = clock.now();
  return [now, new Date(now.getTime() - reservationSeconds * 1000)];
}

/** A reservation ends so many seconds after `reserved_at`; one that is kept for longer was reserved in the future. */
function keptFrom({ clock, reservationSeconds, resumeSeconds }: EngineContext): Date {
  return new Date(clock.now().getTime() + Math.max(0, resumeSeconds - reservationSeconds) * 1000);
}
