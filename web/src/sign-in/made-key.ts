/** A key that was made in the page, for as long as its copies are being made. */
export interface MadeKey {
  address: string;
  key: Uint8Array;
  /** the encrypted file */
  file: string;
}
