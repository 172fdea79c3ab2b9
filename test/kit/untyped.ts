/**
 * What a test or a script takes as it comes: JSON of a node, of a recording or of a vector file. Its shape is what is asserted of it, so it
 * has no type here; a wrong guess shows as a failed assertion. Product code reads such values with the strict kit instead.
 */
// biome-ignore lint/suspicious/noExplicitAny: this is the one place that says so; see above.
export type Untyped = any;
