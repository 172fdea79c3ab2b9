/**
 * A member's name as the name of a file. Names are what people typed: they hold slashes, dots, spaces, and may be anybody's twice. What is
 * written stays in the folder that was named, and each member gets a file of its own.
 */
const LONGEST_BYTES = 120;

/** Letters and digits of any script stay; everything else becomes one dash. */
function plain(name: string): string {
  const text = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_.]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '');
  // Cut between letters, not inside one.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, LONGEST_BYTES)).replace(/\uFFFD+$/, '');
}

/** Name for each member, without its ending. Who has no name left, or another's (capitals or not), gets the address. */
export function fileNames(members: readonly { address: string; name: string }[]): (name: string, address: string) => string {
  const count = new Map<string, number>();
  const key = (name: string) => plain(name).toLowerCase();
  for (const { name } of members) count.set(key(name), (count.get(key(name)) ?? 0) + 1);
  return (name, address) => {
    const text = plain(name);
    if (text === '') return address;
    return count.get(key(name))! > 1 ? `${text}-${address}` : text;
  };
}
