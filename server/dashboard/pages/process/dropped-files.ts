/** A file that the user dropped or chose, by itself or as part of a folder. */
export interface DroppedFile {
  readonly file: File;
  /** The path of the file's folder, starting with the dropped or chosen folder: `reports/2026`. Empty for a file outside a folder. */
  readonly folder: string;
}

/** Returns the dropped files, including the files in dropped folders. */
export async function readDroppedItems(items: DataTransferItemList): Promise<DroppedFile[]> {
  // read all items before the first `await`: the browser clears the list when the event handler returns
  const entries = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const filePromises = entries.map(async ({ entry, file }) => {
    if (entry) return readEntry(entry, '');
    return file ? [{ file, folder: '' }] : [];
  });
  return (await Promise.all(filePromises)).flat();
}

async function readEntry(entry: FileSystemEntry, folder: string): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: DroppedFile[] = [];
  for (;;) {
    const children = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (children.length === 0) return files;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    for (const child of children) files.push(...(await readEntry(child, path)));
  }
}

/** Returns the files that were chosen with a file input. */
export function readChosenFiles(files: FileList | null): DroppedFile[] {
  return [...(files ?? [])].map((file) => ({
    file,
    folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
  }));
}
