/** Every attack, in the order of the table. */
import type { Attack } from './attack.ts';
import { balanceAttacks } from './balances.ts';
import { besideMainAttacks } from './beside-main.ts';
import { bookAttacks } from './books.ts';
import { chainAttacks } from './chain.ts';
import { circuitAttacks } from './circuits.ts';
import { conclusionAttacks } from './conclusions.ts';
import { copyAttacks, runAttacks } from './copies.ts';
import { encodingAttacks } from './encodings.ts';
import { finalReadingAttacks } from './final-readings.ts';
import { nodeBundleAttacks } from './from-node.ts';
import { gatewayAttacks } from './gateways.ts';
import { headerAttacks } from './headers.ts';
import { invoiceAttacks } from './invoices.ts';
import { keyAttacks } from './keys.ts';
import { mainBookAttacks } from './main-books.ts';
import { mainMoneyAttacks } from './main-money.ts';
import { mainUplinkAttacks } from './main-uplinks.ts';
import { operatorAttacks } from './operators.ts';
import { pointAttacks } from './points.ts';
import { linkAttacks, priceAttacks } from './prices.ts';
import { dictionaryAttacks } from './privacy-dictionary.ts';
import { priceLeaks } from './privacy-prices.ts';
import { sizeAttacks } from './privacy-sizes.ts';
import { replayAttacks } from './replays.ts';
import { rosterAttacks } from './rosters.ts';
import { sealingAttacks } from './sealing.ts';
import { slotPriceAttacks } from './slot-prices.ts';
import { stillBlockAttacks } from './still-blocks.ts';
import { substituteAttacks } from './substitutes.ts';

export const attacks: readonly Attack[] = [
  ...rosterAttacks,
  ...bookAttacks,
  ...substituteAttacks,
  ...priceAttacks,
  ...mainBookAttacks,
  ...mainMoneyAttacks,
  ...mainUplinkAttacks,
  ...besideMainAttacks,
  ...slotPriceAttacks,
  ...linkAttacks,
  ...copyAttacks,
  ...runAttacks,
  ...finalReadingAttacks,
  ...replayAttacks,
  ...pointAttacks,
  ...keyAttacks,
  ...conclusionAttacks,
  ...headerAttacks,
  ...nodeBundleAttacks,
  ...stillBlockAttacks,
  ...circuitAttacks,
  ...sealingAttacks,
  ...chainAttacks,
  ...encodingAttacks,
  ...gatewayAttacks,
  ...invoiceAttacks,
  ...balanceAttacks,
  ...operatorAttacks,
  ...dictionaryAttacks,
  ...priceLeaks,
  ...sizeAttacks,
];
