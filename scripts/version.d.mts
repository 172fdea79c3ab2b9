export const VERSION: RegExp;
export function current(): string;
export function stated(): { file: string; version: string | undefined }[];
export function setVersion(version: string): void;
