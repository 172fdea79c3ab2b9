/**
 * On Cortex-M0, M3, M4 and M7 in QEMU: every vector and the self-test, then what each operation costs, checked against budget.json.
 * -icount with one instruction a nanosecond makes the system timer an instruction counter: the figures are the same every time.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS, build, core, monocypher, must, run, sdk } from './lib.mjs';

const KB = 1024;
const mps2 = { tickNs: 40, flash: 4096 * KB, ram: 256 * KB };
export const CORES = {
  M0: { machine: 'microbit', cpu: 'cortex-m0', tickNs: 62.5, flash: 256 * KB, ram: 16 * KB },
  M3: { machine: 'mps2-an385', cpu: 'cortex-m3', ...mps2 },
  M4: { machine: 'mps2-an386', cpu: 'cortex-m4', ...mps2 },
  'M4+umaal': { machine: 'mps2-an386', cpu: 'cortex-m4', ...mps2, defines: ['-DELECTRA_ASM_UMAAL'] },
  'M7+umaal': { machine: 'mps2-an500', cpu: 'cortex-m7', ...mps2, defines: ['-DELECTRA_ASM_UMAAL'] },
};

const FLAGS = [
  '-std=c99',
  '-mthumb',
  '-Os',
  '-ffunction-sections',
  '-fdata-sections',
  '-w',
  '-DBLAKE2_NO_UNROLLING',
  ...['include', 'src', 'test', 'build', 'examples/bare-metal'].map((folder) => `-I${join(sdk, folder)}`),
  `-I${monocypher}`,
];
const compiled = new Map();

/** The SDK with the compact crypto as objects for a core: compiled once, linked into several images. */
function objects(core_) {
  if (!compiled.has(core_))
    compiled.set(
      core_,
      (async () => {
        const cwd = join(build, 'arm', core_);
        rmSync(cwd, { recursive: true, force: true });
        mkdirSync(cwd, { recursive: true });
        const sources = [...core(), ...ADAPTERS.compact.sources, 'examples/bare-metal/startup.c'].map((file) => join(sdk, file));
        await must(
          'arm-none-eabi-gcc',
          [...FLAGS, `-mcpu=${CORES[core_].cpu}`, ...(CORES[core_].defines ?? []), '-c', ...sources, ...ADAPTERS.compact.thirdParty],
          { cwd },
        );
        return readdirSync(cwd).map((name) => join(cwd, name));
      })(),
    );
  return compiled.get(core_);
}

export async function image(name, core_, sources, defines = []) {
  const out = join(build, `arm-${name}.elf`);
  const { cpu, flash, ram } = CORES[core_];
  await must('arm-none-eabi-gcc', [
    ...FLAGS,
    `-mcpu=${cpu}`,
    ...defines,
    '-Wl,--gc-sections',
    '-nostartfiles',
    '--specs=nano.specs',
    '-T',
    'examples/bare-metal/cortex-m.ld',
    `-Wl,--defsym=FLASH_SIZE=${flash}`,
    `-Wl,--defsym=RAM_SIZE=${ram}`,
    ...(await objects(core_)),
    ...sources,
    '-o',
    out,
  ]);
  return out;
}

export const emulate = (elf, machine) =>
  run(
    'qemu-system-arm',
    [
      '-M',
      machine,
      '-nographic',
      '-monitor',
      'none',
      '-serial',
      'null',
      '-semihosting-config',
      'enable=on,target=native',
      '-icount',
      'shift=0',
      '-kernel',
      elf,
    ],
    { limitMs: 180_000 },
  );

/** Bytes of flash and of static RAM of an image. */
async function sizes(elf) {
  const { out } = await must('arm-none-eabi-size', [elf]);
  const [text, data, bss] = out.trim().split('\n').at(-1).trim().split(/\s+/).map(Number);
  return { flash: text + data, ram: data + bss };
}

async function flashOf(name, core_) {
  const probe = async (n) => sizes(await image(`${name}-probe${n}`, core_, ['test/probe.c'], [`-DPROBE=${n}`]));
  const [empty, seal, all] = [await probe(0), await probe(1), await probe(2)];
  return { sealFlash: seal.flash - empty.flash, flash: all.flash - empty.flash, staticRam: all.ram - empty.ram };
}

async function measure(core_) {
  const name = core_.replace('+', '-');
  const { machine, tickNs } = CORES[core_];
  const elf = await image(name, core_, ['test/ops.c', 'test/image.c']);
  const { code, err } = await emulate(elf, machine);
  const lines = err.split('\n').map((line) => line.split(' '));
  const vectors = lines.find(([word]) => word === 'vectors');
  if (code !== 0 || !vectors || vectors[2] !== '0') throw new Error(`the image ended with ${code}\n${err.slice(0, 2000)}`);
  const ops = Object.fromEntries(
    lines
      .filter(([word]) => word === 'op')
      .map(([, op, ticks, stack]) => [op, { instructions: Math.round(Number(ticks) * tickNs), stack: Number(stack) }]),
  );
  return { vectors: Number(vectors[1]), figures: { ...(await flashOf(name, core_)), ops } };
}

/** What growth of more than 2 % over the budget, or a missed aim, there is. */
export function offences(name, now, budget) {
  if (!budget) return [`${name}: no budget`];
  const found = [];
  const check = (what, value, limit) => {
    if (!(value <= limit * 1.02)) found.push(`${name}: ${what} ${value}, budget ${limit}`);
  };
  for (const key of ['sealFlash', 'flash', 'staticRam']) check(key, now[key], budget[key]);
  for (const [op, { instructions, stack }] of Object.entries(now.ops)) {
    check(`${op} instructions`, instructions, budget.ops[op]?.instructions);
    check(`${op} stack`, stack, budget.ops[op]?.stack);
  }
  for (const op of Object.keys(budget.ops)) if (!now.ops[op]) found.push(`${name}: ${op} was not measured`);
  return found;
}

export const dayInstructions = ({ ops }) => ops.commit.instructions + ops.seal.instructions + ops.sign.instructions;

/** The aims that the design set, apart from any budget. */
export function missedAims(all) {
  const aims = [
    ['a day on M4, portable', dayInstructions(all.M4), 36e6],
    ['a day on M4 with umaal', dayInstructions(all['M4+umaal']), 24e6],
    ['sealing alone on M4, flash', all.M4.sealFlash, 11_000],
    ['sealing alone on M4, stack', all.M4.ops.box.stack, 1_200],
    ...Object.entries(all).flatMap(([name, f]) => [
      [`${name}, flash of everything`, f.flash, 40_000],
      [`${name}, static RAM`, f.staticRam, 0],
    ]),
  ];
  return aims.filter(([, value, limit]) => !(value <= limit)).map(([what, value, limit]) => `${what}: ${value}, aim ${limit}`);
}

const LABELS = {
  'self-test': 'self-test at boot',
  init: 'identity from the key',
  trust: 'check who signed a node key',
  'node-key': 'set the node key again',
  p4: 'one P4',
  report: 'build and seal a report',
  box: 'seal 667 bytes',
  build: 'build a day, 96 intervals',
  blinding: 'draw its blinding',
  commit: 'commit to a day',
  seal: 'hedge and seal a day',
  sign: 'build and sign the transaction',
};

export function table(all) {
  const names = Object.keys(all);
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
  const millions = (n) => (n >= 1e5 ? `${(n / 1e6).toFixed(2)} M` : grouped(n));
  const row = (label, value) => `| ${label} | ${names.map((name) => value(all[name])).join(' | ')} |`;
  return [
    row('', (f) => Object.keys(all).find((name) => all[name] === f)),
    `|---|${names.map(() => '---:').join('|')}|`,
    row('flash, sealing alone (bytes)', (f) => grouped(f.sealFlash)),
    row('flash, everything, constants included', (f) => grouped(f.flash)),
    row('static RAM', (f) => grouped(f.staticRam)),
    ...Object.entries(LABELS).map(([op, label]) =>
      row(label, ({ ops }) => `${millions(ops[op].instructions)} · ${grouped(ops[op].stack)}`),
    ),
    row(
      '**commit + seal + sign a day**',
      (f) => `**${millions(dayInstructions(f))} · ${grouped(Math.max(f.ops.commit.stack, f.ops.seal.stack, f.ops.sign.stack))}**`,
    ),
  ].join('\n');
}

const budgetFile = join(sdk, 'budget.json');
export const budget = () => JSON.parse(readFileSync(budgetFile, 'utf8'));

export async function armTests(t, { accept = false } = {}) {
  const all = {};
  for (const name of Object.keys(CORES)) {
    await t.test(`Cortex-${name}: self-test and vectors pass`, async () => {
      const { vectors, figures } = await measure(name);
      all[name] = figures;
      return `${vectors} vectors`;
    });
  }
  if (accept) writeFileSync(budgetFile, `${JSON.stringify(all, null, 1)}\n`);
  if (Object.keys(all).length === Object.keys(CORES).length)
    process.stdout.write(`\nInstructions · stack in bytes, of each operation\n\n${table(all)}\n\n`);
  const none = (found) => {
    if (found.length > 0) throw new Error(found.join('\n'));
  };
  await t.test('nothing grew by more than 2 % over the budget', async () =>
    none(Object.keys(CORES).flatMap((name) => (all[name] ? offences(name, all[name], budget()[name]) : [`${name}: not measured`]))),
  );
  await t.test('growth of 3 % is refused', async () => {
    const figures = budget().M4;
    if (offences('M4', { ...figures, flash: Math.ceil(figures.flash * 1.03) }, figures).length !== 1) throw new Error('it was not');
  });
  await t.test('the aims are met', async () => none(missedAims(all)));
  await t.test('the README quotes the table of the budget', async () => {
    if (!readFileSync(join(sdk, 'README.md'), 'utf8').includes(table(budget()))) throw new Error('copy it there: npm run sdk:c:table');
  });
  await t.test('the bare-metal example closes a day', async () => {
    const { code, err } = await emulate(await image('example', 'M4', ['examples/bare-metal/main.c']), CORES.M4.machine);
    if (code !== 0 || !/^electra1\w{38} closed its day in a transaction of \d+ bytes\n$/.test(err))
      throw new Error(`ended with ${code}: ${err}`);
  });
}
