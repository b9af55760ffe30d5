import { extensionOf } from '../rules/files/file-name.js';
import { fileKinds, kindFromFileName, type FileKind } from './file-kinds.js';

/** The kinds of files that a server can read only with a conversion endpoint. */
const endpointOnlyKinds: readonly FileKind[] = [
  { name: 'rtf', format: 'text', extensions: ['.rtf'] },
  { name: 'odt', format: 'text', extensions: ['.odt'] },
  { name: 'ods', format: 'text', extensions: ['.ods'] },
  { name: 'odp', format: 'text', extensions: ['.odp'] },
  { name: 'xlsx', format: 'text', extensions: ['.xlsx'] },
  { name: 'doc', format: 'text', extensions: ['.doc'] },
  { name: 'xls', format: 'text', extensions: ['.xls'] },
  { name: 'ppt', format: 'text', extensions: ['.ppt'] },
  { name: 'eml', format: 'text', extensions: ['.eml'] },
  { name: 'msg', format: 'text', extensions: ['.msg'] },
  { name: 'epub', format: 'text', extensions: ['.epub'] },
];

/** The names of the kinds that a conversion endpoint can convert to text. */
export const conversionKindNames: readonly string[] = [...fileKinds, ...endpointOnlyKinds]
  .filter(({ format }) => format === 'text')
  .map(({ name }) => name);

/**
 * Looks up a kind that a conversion endpoint can convert, by name or extension. For an unknown extension of up to 20 letters and
 * digits, returns a kind with only that extension. Returns `undefined` for an unknown name or a kind that cannot be converted to text.
 */
export function findConversionKind(nameOrExtension: string): FileKind | undefined {
  const wanted = nameOrExtension.toLowerCase();
  const kind = [...fileKinds, ...endpointOnlyKinds].find(
    ({ name, extensions }) => name === wanted || extensions.includes(wanted),
  );
  if (kind) return kind.format === 'text' ? kind : undefined;
  return /^\.[a-z0-9]{1,20}$/.test(wanted) ? { name: wanted, format: 'text', extensions: [wanted] } : undefined;
}

/** Returns the endpoint-only kind that a file's extension indicates, or `undefined` for any other extension. */
export function endpointOnlyKindFromFileName(fileName: string): FileKind | undefined {
  const extension = extensionOf(fileName);
  return kindFromFileName(fileName)
    ? undefined
    : endpointOnlyKinds.find(({ extensions }) => extensions.includes(extension));
}
