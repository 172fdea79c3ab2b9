/** Hands the reader a file that was made in the page. */
export function save(name: string, text: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes the address up after the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
