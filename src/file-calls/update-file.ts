import { Issues } from '../options/issues.js';
import { checkNameConflict, metadataNames, createMetadataRules, toServerMetadata } from '../options/metadata.js';
import { NotFoundError } from '../errors/api-error.js';
import { looseLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileChanges, FileRecord } from '../shared/types/files/file-record.js';
import { buildUpdateBody } from '../shared/wire/bodies.js';
import { checkIdAndOptions } from '../options/request-options.js';
import { createNameCheck } from '../shared/rules/files/file-type.js';
import { callHosted, type PipelineContext } from '../http/call-hosted.js';
import { listFiles } from './list-files.js';

/** Updates a file's metadata. The server responds with only a message, so a second request reads the file's updated record. */
export async function updateFile(
  context: PipelineContext,
  fileId: string,
  changes: FileChanges,
  options: RequestOptions,
): Promise<FileRecord> {
  const { connection, name, chain } = context;
  const id = checkIdAndOptions(fileId, 'fileId', options, 'update()');
  const issues = new Issues();
  const fields = issues.check(
    changes,
    createMetadataRules(looseLimits, createNameCheck(chain, looseLimits)),
    'update()',
  );
  checkNameConflict(fields, issues);
  if (metadataNames.every((field) => fields[field] === undefined)) {
    const message = `Expected at least one of ${metadataNames.join(', ')}, got none`;
    issues.add([], message);
  }
  issues.throwIfAny();
  const { limits } = await connection.getServerInfo(options);
  issues.checkValues(fields, createMetadataRules(limits, createNameCheck(chain, limits)));
  issues.throwIfAny();
  const { fileName, directory, tags, description, expireTime } = toServerMetadata(fields, limits);
  const json = buildUpdateBody(name, id, {
    fileName: fileName ?? null,
    directory: directory ?? null,
    tags: tags ?? null,
    description: description ?? null,
    expireTime: expireTime ?? null,
    neverExpires: expireTime === null,
  });
  const action = `update file ${id}`;
  await callHosted(context, { action, path: '/krixik-core-update', json }, options, (hosted) => hosted.updateResponse);
  const { items, requestId } = await listFiles(context, { fileIds: [id] }, options);
  if (items[0]) return items[0];
  throw new NotFoundError(`Could not read file ${id} after its update: it was deleted or has expired.`, {
    status: 200,
    body: undefined,
    exchangeId: requestId,
  });
}
