/** How many values a dictionary has: 2^12 as a rule, 2^20 (every value of a slot) where asked for. */
const size = { bits: 12 };
export const setDeep = (deep: boolean): void => {
  size.bits = deep ? 20 : 12;
};
export const dictionarySize = (): number => 2 ** size.bits;
