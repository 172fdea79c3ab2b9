/** What attacks leave running, to be ended once all are through: the chain's process, snarkjs' worker threads. */
const closers: (() => Promise<void> | void)[] = [];

export const onClose = (close: () => Promise<void> | void): void => {
  closers.push(close);
};

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
  await (globalThis as { curve_bn128?: { terminate(): Promise<void> } | null }).curve_bn128?.terminate();
}
