/** Offers a content for download, as a file of that name. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // the browser has its own reference by now
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
