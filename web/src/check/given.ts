/** Bundles as readers hand them over: a chosen or dropped zip file, a chosen or dropped folder. */
import type { Source } from './messages.ts';

const bytesOf = async (file: File): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await file.arrayBuffer());

export const fromZip = async (file: File): Promise<Source> => ({ name: file.name, zip: await bytesOf(file) });

/** Files of `<input webkitdirectory>`: their paths begin with the folder's name. */
export async function fromFolder(files: readonly File[]): Promise<Source> {
  const name = files[0]?.webkitRelativePath.split('/')[0] ?? '';
  return {
    name,
    files: await Promise.all(files.map(async (file) => [file.webkitRelativePath || file.name, await bytesOf(file)] as const)),
  };
}

const entriesOf = (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader();
  const next = (found: FileSystemEntry[]): Promise<FileSystemEntry[]> =>
    // A browser gives a hundred at a time, and an empty list at the end.
    new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).then((more) =>
      more.length === 0 ? found : next([...found, ...more]),
    );
  return next([]);
};

async function filesBelow(entry: FileSystemEntry, path: string): Promise<(readonly [string, Uint8Array<ArrayBuffer>])[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [[path, await bytesOf(file)]];
  }
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map((one) => filesBelow(one, `${path}/${one.name}`)))).flat();
}

/** What was dropped; null where it is neither. */
export async function fromDrop(transfer: DataTransfer): Promise<Source | null> {
  // Entries have to be asked for before the event is over.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [...transfer.files];
  const [first] = entries;
  if (first?.isDirectory) return { name: first.name, files: await filesBelow(first, first.name) };
  return files[0] ? fromZip(files[0]) : null;
}
