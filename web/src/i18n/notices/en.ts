/** English texts of news, and of what somebody wants to be told of. */
import type { NewsKind } from '../../notices/question.ts';

const kinds: Record<NewsKind | 'SILENT_ANY', string> = {
  BILL: 'A bill of mine is final',
  CORRECTION: 'A bill of mine was corrected',
  INVOICE: 'An invoice is here',
  SILENT: 'My meter has said nothing for two hours',
  SILENT_ANY: 'A meter has said nothing for two hours',
  PASSKEY: 'A passkey was added to my address',
  DAY: 'A day can be audited',
};

export const texts = {
  title: 'What you are told',
  lead: 'Nothing, until you choose. What you choose holds on all your devices, from now on.',
  kinds,
  kindsTitle: 'Tell me when …',
  chosen: (count: number) =>
    count === 0
      ? 'You are told nothing, and nothing of a choice is kept.'
      : count === 1
        ? 'You are told of one thing.'
        : `You are told of ${count} things.`,
  device: 'Also as notifications of this device',
  deviceWhat:
    'They come while one of these pages is open in this browser, in the background too; a closed browser hears nothing. No amount and no energy stands in them. Nothing is sent by mail or through anybody’s service.',
  noDevice: 'This browser shows no notifications.',
  forbidden: 'This browser was told to show no notifications of these pages. Only you can change that, in its settings.',
  noNews: 'Nothing is new.',
  many: (count: number) => `${count} things are new.`,
};

export type Texts = typeof texts;
