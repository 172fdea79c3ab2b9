/** What a line of the audit looks at, in the reader's language. */
import { checkTexts } from '../i18n/check/index.ts';

/** Names of lines that are of one kind, and differ by a word before or after it. */
const kindOf = (name: string): string => (name.startsWith('earlier ') ? 'earlier' : name.endsWith(' key') ? 'key' : name);

/** Empty for a name that nobody has put into words. */
export const aboutOf = (name: string): string => checkTexts().about[kindOf(name)] ?? '';
