/** What a member may type instead, where the keys are: without `--yes` it says what it would sign. */

const here = (): string => (location.origin === 'http://127.0.0.1:4000' ? '' : ` --api ${location.origin}`);

export const link = (): string => `npx electra balance link --wallet-file WALLET --account-file ACCOUNT${here()} --yes`;
export const withdraw = (electra: string, account: string): string =>
  `npx electra balance withdraw ${electra} --account ${account} --wallet-file WALLET${here()} --yes`;
