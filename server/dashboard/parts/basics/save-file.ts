/** Downloads `content` as a file with this name. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // by then, the browser has its own reference to the content
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
