/** Saves a text as a file with the given name. */
export function downloadText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has copied it by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
