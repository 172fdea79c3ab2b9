/**
 * A community's validators who show their main chain something else than their auditors, each audited beside the main chain's bundle
 * (`--main`, docs/audit.md). By itself each of the community's bundles passes.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { headerHash } from '../src/protocol/comet/index.ts';
import { auditBundle } from '../src/reader/audit/index.ts';
import { againstMain } from '../src/reader/audit/main/index.ts';
import { auditedBefore } from '../test/kit/audit/bundles.ts';
import { lightFile } from '../test/kit/audit/headers.ts';
import { CHAIN_ID } from '../test/kit/audit/readings.ts';
import { genesisHash, mainSharing, mainWith, OTHER, rural, ruralSecond, secondHistory } from '../test/kit/main-audit/beside-community.ts';
import { type Files, filesOf, modulesOf, onMain, WEEK } from '../test/kit/main-audit/bundles.ts';
import type { Attack, Player } from './attack.ts';
import { auditOptions, passes, refusalsOf } from './audit-attack.ts';

const light = (): string => rural().get('light.json')!;
const headerOf = () => JSON.parse(light()).blocks[0].header;

/** The main chain keeps a header of another history, of which its exporter shows nothing. */
const keptAlone = (): Promise<Files> =>
  mainWith(lightFile(CHAIN_ID, []), genesisHash(), (modules) => {
    const hash = Uint8Array.from(Buffer.from(bytesToHex(headerHash(headerOf())).replace(/^../, 'ff'), 'hex'));
    modules.kept.push({ ...modules.kept[0], uplink: OTHER, height: BigInt(headerOf().height), hash });
  });

interface Beside {
  name: string;
  by: Player;
  does: string;
  main: () => Promise<Files>;
  /** the community's bundle; default of both its days */
  files?: () => Files;
  /** default 1, failed; 3 where it is shown to everybody as open */
  exitCode?: 1 | 3;
}

async function outcomeOf({ main, files: own = rural, exitCode = 1 }: Beside) {
  const files = own();
  const options = auditOptions({ auditedBooks: auditedBefore(files) });
  const alone = await auditBundle(files, options);
  const mainFiles = await main();
  const verdict = await againstMain(alone, files, mainFiles, options);
  const rest = await againstMain(alone, files, mainFiles, { ...options, takenOut: new Set(['1 main']) });
  const isOpen = exitCode === 3;
  const otherCode = verdict.exitCode === exitCode ? [] : [`exit code ${verdict.exitCode}, not ${exitCode}`];
  return {
    refusals: [...refusalsOf(verdict, isOpen), ...otherCode],
    without: {
      succeeds: [rest, alone].every((one) => (isOpen ? one.exitCode === 0 : passes(one))),
      how: `the rest of the audit: ${rest.status}; the community's alone: ${alone.status}`,
    },
  };
}

const rows: Beside[] = [
  {
    name: 'main-shown-another-history',
    by: 'validator',
    does: 'signs two headers of one height, and shows one to the main chain and the other to auditors',
    main: () => mainWith(secondHistory()),
  },
  {
    name: 'main-keeps-another-history',
    by: 'validator',
    does: 'the same, with an exporter of the main chain that leaves the header out of what it shows',
    main: keptAlone,
  },
  {
    name: 'main-registered-another-genesis',
    by: 'operator',
    does: 'registers a chain of the same name and another genesis on the main chain',
    main: () => mainWith(light(), 'ab'.repeat(32)),
  },
  {
    name: 'main-knows-no-such-community',
    by: 'operator',
    does: 'shows the auditor of a community a main chain on which it never shared',
    main: async () => onMain(await filesOf(WEEK.slice(0, 1)), modulesOf(WEEK.slice(0, 1))),
  },
  {
    name: 'main-is-false-itself',
    by: 'operator',
    does: 'compares a community with a main chain whose own books are wrong',
    main: () => mainWith(light(), genesisHash(), (modules) => modules.escrowsNel.set(OTHER, 1n)),
  },
  {
    name: 'main-of-other-days',
    by: 'operator',
    does: 'hands the auditor of a day the main chain of another day, so that nothing can differ',
    main: mainSharing,
    files: ruralSecond,
    exitCode: 3,
  },
];

export const besideMainAttacks: readonly Attack[] = rows.map((row) => ({
  ...{ name: row.name, by: row.by, does: row.does },
  group: 'main chain',
  refusedBy: ['1 main'],
  run: () => outcomeOf(row),
}));
