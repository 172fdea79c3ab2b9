/** What a person sees while things start: steps with times, and bars where there is a terminal (lines where there is none). */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';

export interface Display {
  say: (line: string) => void;
  step: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  /** Shows `done` of `total` under a title; call it as often as wanted. */
  progress: (title: string, done: number, total: number) => void;
  endProgress: () => void;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function createDisplay(out: NodeJS.WriteStream = process.stdout): Display {
  let bars: MultiBar | null = null;
  const shown = new Map<string, SingleBar>();
  const lines = new Map<string, { done: number; atMs: number }>();

  const say = (line: string) => {
    if (bars) bars.log(`${line}\n`);
    else out.write(`${line}\n`);
  };

  function bar(title: string, done: number, total: number): void {
    bars ??= new MultiBar(
      { format: '  {title} {bar} {value}/{total}', hideCursor: true, clearOnComplete: false, stream: out, barsize: 30 },
      Presets.shades_classic,
    );
    const one = shown.get(title) ?? bars.create(total, done, { title: title.padEnd(28) });
    shown.set(title, one);
    if (one.getTotal() !== total) one.setTotal(total);
    one.update(done);
  }

  function line(title: string, done: number, total: number): void {
    const last = lines.get(title);
    if (last?.done === done || (last && done < total && Date.now() - last.atMs < 3_000)) return;
    lines.set(title, { done, atMs: Date.now() });
    out.write(`  ${title.padEnd(28)} ${done}/${total}\n`);
  }

  return {
    say,
    async step(title, work) {
      const startMs = Date.now();
      say(`· ${title} …`);
      const ticker = setInterval(() => say(`  still ${title} (${seconds(Date.now() - startMs)})`), 10_000);
      try {
        const result = await work();
        say(`✓ ${title} (${seconds(Date.now() - startMs)})`);
        return result;
      } finally {
        clearInterval(ticker);
      }
    },
    progress: (title, done, total) => (out.isTTY ? bar : line)(title, done, total),
    endProgress() {
      bars?.stop();
      bars = null;
      shown.clear();
    },
  };
}
