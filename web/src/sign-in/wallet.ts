/** A wallet that the browser has as an extension: it shows the text to its owner and signs it; its key is never in the page. */
import type { Signer } from '../api/session.ts';

interface Wallet {
  enable(chainId: string): Promise<void>;
  getKey(chainId: string): Promise<{ bech32Address: string }>;
  signArbitrary(chainId: string, address: string, text: string): Promise<{ pub_key: { value: string }; signature: string }>;
}

export const walletHere = (): Wallet | null => (window as { keplr?: Wallet }).keplr ?? null;

/** @throws whatever the extension says, where it does not know the chain or its owner did not agree */
export async function walletSigner(wallet: Wallet, chainId: string): Promise<Signer> {
  await wallet.enable(chainId);
  const { bech32Address: address } = await wallet.getKey(chainId);
  return {
    address,
    sign: async (text) => {
      const { pub_key, signature } = await wallet.signArbitrary(chainId, address, text);
      return { pubKey: pub_key.value, signature };
    },
  };
}
