/** What a member may type instead, where the keys are: the pages show it and do nothing by themselves. */

export const link = 'npx electra balance link ACCOUNT --wallet-file WALLET --account-file KEY';
export const payout = (electra: string): string => `npx electra balance payout ${electra} --wallet-file WALLET`;
