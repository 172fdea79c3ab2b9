/** Hands the reader a file that was made in the page. */
function hand(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes the address up after the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const save = (name: string, text: string, type = 'text/plain'): void =>
  hand(name, new Blob([text], { type: `${type};charset=utf-8` }));

export const saveBytes = (name: string, bytes: Uint8Array, type: string): void => hand(name, new Blob([new Uint8Array(bytes)], { type }));
