import { showValue } from './show-value.js';

/** The extension of a file's name or path, in lower case and with its dot; empty when there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot).toLowerCase();
}

/** Whether a file's name says that it is of one of these kinds. Upper and lower case are the same. */
export function checkExtension(fileName: string, extensions: readonly string[]): string | undefined {
  const extension = extensionOf(fileName);
  if (extensions.includes(extension)) return undefined;
  return `Expected a file that ends in ${extensions.join(', ')}, got ${showValue(fileName)}`;
}
