import { findModule } from '../../modules/catalogue.js';
import type { ModuleDefinition } from '../../modules/module-definition.js';
import { kindFromFileName } from '../../modules/file-kinds.js';
import type { DataFormat } from '../../modules/module.js';
import type { Limits } from '../../types/limits.js';
import { extensionOf } from './file-name.js';
import { looseLimits } from '../limits.js';
import { formatValue } from '../format-value.js';

/** Matches the extensions of image formats that the server cannot decode. For these, the error message suggests PNG or JPEG. */
const undecodableImages = /\.(bmp|hei[cf]|svg)$/i;

type NameCheck = (fileName: string) => string | undefined;

/** Returns a function that checks the names of a chain's input files, or `undefined` if the chain's first module is not built in. */
export function createNameCheck(chain: readonly string[], limits: Limits): NameCheck | undefined {
  const firstModule = findModule(chain[0] ?? '');
  return firstModule && ((fileName) => checkInputName(fileName, firstModule, limits));
}

/** Returns an error message if a module does not accept a file's extension. The message lists only the extensions of the `input` format. */
export function checkInputName(
  fileName: string,
  { input, alsoTakes = [] }: ModuleDefinition,
  limits: Limits,
): string | undefined {
  const extension = extensionOf(fileName);
  const isAlsoAccepted = alsoTakes.some((format) => limits.extensions[format].includes(extension));
  return isAlsoAccepted ? undefined : checkFileType(fileName, input, limits);
}

/**
 * Returns an error message if a server does not accept a file's extension for a format. Ignores case. With {@link looseLimits}, unknown
 * extensions pass, because a server can accept more kinds of files than this package knows about. If the server detects text files by their
 * content, unknown extensions also pass for the format `text`.
 */
export function checkFileType(fileName: string, format: DataFormat, limits: Limits): string | undefined {
  const accepted = limits.extensions[format];
  if (accepted.includes(extensionOf(fileName))) return undefined;
  const kind = kindFromFileName(fileName);
  if (kind === undefined && limits === looseLimits) return undefined;
  if (kind === undefined && format === 'text' && limits.textByContent) return undefined;
  const isUndecodable = format === 'image' && undecodableImages.test(fileName);
  return `${describeExpectedFile(format, limits)}, got ${formatValue(fileName)}${isUndecodable ? '. Save it as a PNG or JPEG' : ''}`;
}

/** Returns the start of an error message that lists the file extensions that a server accepts for a format. */
export function describeExpectedFile(format: DataFormat, limits: Limits): string {
  const other = format === 'text' && limits.textByContent ? ', or any other text file' : '';
  return `Expected a file that ends in ${limits.extensions[format].join(', ')}${other}`;
}
