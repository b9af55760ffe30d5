export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // revoke the URL later, because the download starts asynchronously
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
