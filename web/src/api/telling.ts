/** Whether this browser was asked for notifications of somebody (notices/device.ts says whose): a look that costs nothing. */
export const TELLING = 'electra.notices';

export function isTelling(): boolean {
  try {
    return localStorage.getItem(TELLING) !== null;
  } catch {
    return false;
  }
}

export function tellNothing(): void {
  try {
    localStorage.removeItem(TELLING);
  } catch {
    // then nothing was kept either
  }
}
