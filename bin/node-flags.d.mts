export function nodeFlags(command: string | undefined): readonly string[];
