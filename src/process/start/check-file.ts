import { basename, resolve } from 'node:path';
import type { PipelineContext } from '../../http/call-hosted.js';
import { Issues } from '../../options/issues.js';
import { checkNameConflict, createMetadataRules, toServerMetadata } from '../../options/metadata.js';
import { pickRequestOptions } from '../../options/request-options.js';
import { findModule } from '../../shared/modules/catalogue.js';
import type { ModuleDefinition } from '../../shared/modules/module-definition.js';
import { kindFromFileName } from '../../shared/modules/file-kinds.js';
import { extensionOf } from '../../shared/rules/files/file-name.js';
import { checkFileSize, checkSummarizeSize } from '../../shared/rules/files/file-size.js';
import { checkInputName, createNameCheck } from '../../shared/rules/files/file-type.js';
import { looseLimits } from '../../shared/rules/limits.js';
import { checkPipelineName } from '../../shared/rules/free-text.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FileInput } from '../../shared/types/files/file-input.js';
import type { Limits } from '../../shared/types/limits.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { checkContent, checkIsText } from './check-content.js';
import { openSource, type FileSource } from './file-source.js';
import { checkSelections } from './selections.js';
import { getServerDetails, type ServerDetails } from './server-details.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/**
 * Opens a file, and checks the file, its metadata and the module selections without contacting the server. All other options must be valid.
 *
 * @throws `ValidationError` if the file cannot be opened or a check fails; any error from reading the file; the signal's reason if the
 * signal is aborted.
 */
export async function openAndCheckFile(
  context: PipelineContext,
  file: FileInput,
  options: ProcessOptions,
): Promise<FileSource> {
  const issues = new Issues();
  const checkExtension = createNameCheck(context.chain, looseLimits);
  issues.checkValues(options, createMetadataRules(looseLimits, checkExtension));
  checkNameConflict(options, issues);
  checkSelections(context.chain, options.modules, findModule, looseLimits, issues, false);
  issues.throwIfAny();
  throwIfAborted(options.signal);
  const source = await openSource(file);
  const { fileName } = toServerMetadata(options, looseLimits);
  const { localName } = source;
  if (fileName === undefined && localName === undefined) {
    issues.add(['fileName'], `Missing fileName: the file type cannot be inferred, because ${source.label} has no name`);
  } else if (fileName === undefined && localName !== undefined) {
    issues.add(['file'], addNameHint(checkExtension?.(localName), localName));
  } else if (fileName !== undefined && localName !== undefined && !isCompatibleName(source, fileName)) {
    const message = `Expected a file name ending in '${extensionOf(localName)}' to match ${source.label}, got '${fileName}'`;
    issues.add(['fileName'], message);
  }
  issues.throwIfAny();
  const name = fileName ?? localName ?? '';
  // if the kind is unknown, leave this check to `checkFile`, because the server may be able to convert the file to text
  if (findModule(context.chain[0] ?? '')?.input === 'text' && kindFromFileName(name)) {
    issues.add(['file'], await checkIsText(source, name, looseLimits));
    issues.throwIfAny();
  }
  return source;
}

/**
 * Returns whether the file name set by the caller is compatible with the source's name. The extensions can differ only in these cases:
 *
 * - The source's name comes from a response's headers or URL, or does not identify the kind of file.
 * - The source's name identifies a plain-text kind, and the caller's name has an unknown extension or identifies a plain-text kind of the
 *   same format.
 */
function isCompatibleName({ localName = '', isNameFromResponse = false }: FileSource, fileName: string): boolean {
  const kind = isNameFromResponse ? undefined : kindFromFileName(localName);
  if (kind === undefined || extensionOf(localName) === extensionOf(fileName)) return true;
  const newKind = kindFromFileName(fileName);
  return (
    kind.isPlainText === true &&
    (newKind === undefined || (newKind.isPlainText === true && newKind.format === kind.format))
  );
}

/** Appends a hint to an error message if the file's local name does not identify the kind of file. */
function addNameHint(problem: string | undefined, localName: string): string | undefined {
  return problem && !kindFromFileName(localName)
    ? `${problem}. Set fileName to a name with the right extension`
    : problem;
}

/**
 * Checks the pipeline's name, the options, and the file's type, size and content against the server's features, limits and modules.
 *
 * @throws `ValidationError` if a check fails; any error from reading the file; the signal's reason if the signal is aborted.
 */
export async function checkFile(
  context: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
  { kind, limits, find }: ServerDetails,
): Promise<void> {
  const { chain, name } = context;
  const issues = new Issues();
  if (options.webhook && kind !== 'millrace') issues.add(['webhook'], describeMissingWebhooks(context));
  if ((options.keepInput ?? context.keepInput) && kind !== 'millrace')
    issues.add(['keepInput'], describeMissingKeepInput(context));
  issues.add(['name'], checkPipelineName(name, limits));
  issues.checkValues(options, createMetadataRules(limits, undefined));
  checkSelections(chain, options.modules, find, limits, issues, true);
  const firstModule = find(chain[0] ?? '');
  if (firstModule) {
    const chosenName = toServerMetadata(options, limits).fileName;
    const fileName = chosenName ?? source.localName ?? '';
    const typeProblem = checkInputName(fileName, firstModule, limits);
    const wasCheckedAsText = findModule(firstModule.name) && kindFromFileName(fileName);
    const problem =
      (firstModule.input === 'text' && !wasCheckedAsText ? await checkIsText(source, fileName, limits) : undefined) ??
      (chosenName === undefined ? addNameHint(typeProblem, fileName) : typeProblem) ??
      checkSize(source.size, fileName, firstModule, limits) ??
      (await checkContent(source, fileName, firstModule, limits));
    issues.add(['file'], problem);
  }
  issues.throwIfAny();
  throwIfAborted(options.signal);
}

/**
 * Returns an error message if a chain does not accept a file, for example because its type is not supported. Rejects empty files, but does
 * not check the size limits. Reads the content only if the name does not identify the kind of file.
 *
 * @throws `ValidationError` or a file system error if the content is needed and cannot be read.
 */
export async function findRefusalReason(
  context: PipelineContext,
  path: string,
  size: number | undefined,
  { limits, find }: ServerDetails,
): Promise<string | undefined> {
  const firstModule = find(context.chain[0] ?? '');
  if (!firstModule) return undefined;
  const typeProblem = checkInputName(basename(path), firstModule, limits);
  if (typeProblem !== undefined) return typeProblem;
  if (size === 0) return `Expected a non-empty file, but ${resolve(path)} is empty`;
  if (firstModule.input !== 'text' || kindFromFileName(path)) return undefined;
  return checkIsText(await openSource(path), basename(path), limits);
}

/** Runs the checks of `process()` on a file without uploading it. Also checks `fileName`. All other options must be valid. */
export async function testInput(
  context: PipelineContext,
  file: FileInput,
  options: RequestOptions & { fileName?: string | undefined },
): Promise<void> {
  const source = await openAndCheckFile(context, file, options);
  const server = await getServerDetails(context, undefined, pickRequestOptions(options));
  await checkFile(context, source, options, server);
}

function describeMissingWebhooks({ connection }: PipelineContext): string {
  const { origin } = new URL(connection.apiUrl);
  return `Expected a server that supports webhooks, but ${origin} supports only the hosted protocol. Wait for the run instead.`;
}

function describeMissingKeepInput({ connection }: PipelineContext): string {
  const { origin } = new URL(connection.apiUrl);
  return `Expected a server that can keep inputs, but ${origin} supports only the hosted protocol.`;
}

function checkSize(
  size: number | undefined,
  fileName: string,
  firstModule: ModuleDefinition,
  limits: Limits,
): string | undefined {
  if (size === undefined) return undefined;
  const isTextToSummarize = firstModule.name === 'summarize' && extensionOf(fileName) === '.txt';
  return (
    checkFileSize(size, firstModule.input, limits) ?? (isTextToSummarize ? checkSummarizeSize(size, limits) : undefined)
  );
}
