/**
 * Stands in for electra-prove and does one thing wrong: node bad-prover.mjs FAULT. It loads any key, as the real one does, and then, asked
 * for its first proof, answers so.
 */
const fault = process.argv[2];

function frame(kind, job, body, { version = 1, length = body.length } = {}) {
  const head = Buffer.alloc(12);
  head.writeUInt8(version, 0);
  head.writeUInt8(kind, 1);
  head.writeUInt32LE(job, 4);
  head.writeUInt32LE(length, 8);
  return Buffer.concat([head, body]);
}
const say = (bytes) => process.stdout.write(bytes);
const [loaded, proven, failed] = [129, 130, 255];

const FAULTS = {
  garbage: () => say('{"proof":"of what?"}\n'),
  truncated: (job) => process.stdout.write(frame(proven, job, Buffer.alloc(100), { length: 256 }), () => process.exit(0)),
  oversized: (job) => say(frame(proven, job, Buffer.alloc(0), { length: 0xffff_ffff })),
  'another version': (job) => say(frame(proven, job, Buffer.alloc(256), { version: 2 })),
  'another job': (job) => say(frame(proven, job + 1, Buffer.alloc(256))),
  'a question': (job) => say(frame(2, job, Buffer.alloc(256))),
  'internal error': (job) => say(frame(failed, job, Buffer.from([5]))),
  'sizes for a proof': (job) => say(frame(loaded, job, Buffer.alloc(12))),
  death: () => process.kill(process.pid, 'SIGKILL'),
  exit: () => process.exit(3),
  silence: () => undefined,
  'a wrong proof': (job) => say(frame(proven, job, Buffer.alloc(256, 1))),
};

let bytes = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  bytes = Buffer.concat([bytes, chunk]);
  while (bytes.length >= 12 && bytes.length >= 12 + bytes.readUInt32LE(8)) {
    const [kind, job, length] = [bytes.readUInt8(1), bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
    bytes = bytes.subarray(12 + length);
    if (kind === 1) say(frame(loaded, job, Buffer.alloc(12)));
    else FAULTS[fault](job);
  }
});
process.stdin.on('end', () => process.exit(0));
