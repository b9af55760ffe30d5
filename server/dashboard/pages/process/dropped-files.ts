/** A file that was dropped or chosen, alone or in a folder. */
export interface DroppedFile {
  readonly file: File;
  /** The path of the file's folder, from the dropped or chosen folder on: `reports/2026`. Empty for a file alone. */
  readonly folder: string;
}

/** Reads the dropped files, and the files in the dropped folders. */
export async function readDrop(items: DataTransferItemList): Promise<DroppedFile[]> {
  // read the list before the first `await`, which empties it
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

/** Reads the files that were chosen with an input element. */
export function readField(files: FileList | null): DroppedFile[] {
  return [...(files ?? [])].map((file) => ({
    file,
    folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
  }));
}
