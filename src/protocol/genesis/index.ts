/** What a genesis says: read, hashed, and the rules that follow from it. */
export * from './first-validators.ts';
export * from './hash.ts';
export * from './params.ts';
export * from './read.ts';
export * from './service.ts';
