/** One drawing for each word of the menu, in the colour of its text. It says nothing that the word does not. */
import type { Words } from '../i18n/en.ts';

type Word = keyof Words['pages'] | 'more';

const PATHS: Readonly<Record<Word, string>> = {
  home: 'M4 20V9l8-5 8 5v11zM10 20v-6h4v6',
  community: 'M3 20c3-7 6-7 9-4s6 1 9-8M3 13c2-4 5-5 7-3',
  books: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11',
  check: 'M20 6 9 17l-5-5',
  mine: 'M13 3 5 14h6l-1 7 8-11h-6z',
  usage: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
  bills: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  invoices: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h7',
  balance: 'M4 7h14a2 2 0 0 1 2 2v9H4zM4 7l11-3v3M15 12.500h5v3h-5z',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M8 14v6',
  signIn: 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4',
  operate: 'M4 5h16v11H4zM9 20h6M12 16v4',
  audit: 'M10.500 4a6.500 6.500 0 1 0 .1 0zM15.500 15.500 21 21M8 10.500l2 2 3.500-4',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
};

export function Icon({ of }: { of: Word }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d={PATHS[of]} />
    </svg>
  );
}
