/** A file, with the folders below the one that was chosen. */
export interface DroppedFile {
  readonly file: File;
  /** `reports/2026`; empty for a file that was chosen alone. */
  readonly folder: string;
}

/** The files that were dropped, and those in the folders that were. */
export async function readDrop(items: DataTransferItemList): Promise<DroppedFile[]> {
  // after the first pause, the list is empty
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const read = dropped.map(async ({ entry, file }) => {
    if (entry) return readEntry(entry, '');
    return file ? [{ file, folder: '' }] : [];
  });
  return (await Promise.all(read)).flat();
}

async function readEntry(entry: FileSystemEntry, folder: string): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: DroppedFile[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return inside;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    for (const each of some) inside.push(...(await readEntry(each, path)));
  }
}

/** The files of a field, where a folder's have their paths. */
export function readField(files: FileList | null): DroppedFile[] {
  return [...(files ?? [])].map((file) => ({
    file,
    folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
  }));
}
