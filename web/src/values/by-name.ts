/** Lists by name, as the reader's language sorts, and as people count: "Meter 2" before "Meter 10". */
const collators = new Map<string, Intl.Collator>();

function collatorOf(locale: string): Intl.Collator {
  const known = collators.get(locale);
  if (known) return known;
  const made = new Intl.Collator(locale, { numeric: true });
  collators.set(locale, made);
  return made;
}

export const compareNames = (a: string, b: string, locale: string): number => collatorOf(locale).compare(a, b);

/** In the order of their names; what has the same stays in its order. */
export const byName = <T>(list: readonly T[], nameOf: (one: T) => string, locale: string): T[] =>
  [...list].sort((a, b) => compareNames(nameOf(a), nameOf(b), locale));
