/**
 * Parts that could not run, and without which the others go on: written down by whoever supervises them, for whoever asks what is wrong
 * later, when the sentence has long scrolled away.
 */
import { readFileSync, rmSync } from 'node:fs';
import { type DataFolder, writeWhole } from '../../node/processes/data-folder.ts';

const fileOf = (data: DataFolder): string => data.path('run', 'spared.json');

/** The reason by part. */
export function sparedParts(data: DataFolder): Record<string, string> {
  try {
    return JSON.parse(readFileSync(fileOf(data), 'utf8')) as Record<string, string>;
  } catch {
    return {}; // none, or a torn file
  }
}

export const noteSpared = (data: DataFolder, name: string, reason: string): void =>
  writeWhole(fileOf(data), `${JSON.stringify({ ...sparedParts(data), [name]: reason })}\n`);

export const forgetSpared = (data: DataFolder): void => rmSync(fileOf(data), { force: true });
