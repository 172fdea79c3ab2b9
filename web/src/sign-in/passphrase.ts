/** How long a passphrase has to be: it stands between a file that was found and the key in it. */
export const PASSPHRASE_MIN = 12;
