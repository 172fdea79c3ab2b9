/** What an operator types on the node: the pages show it and do nothing by themselves, since no key is in reach of them. */

export const doctor = 'npx electra doctor';
export const report = (day: string): string => `npx electra report ${day}`;
export const retire = (meter: string, today: string): string => `npx electra meter retire ${meter} --last-day ${today}`;
export const finalReading = (meter: string): string => `npx electra meter final-reading ${meter} --import-wh IMPORT --export-wh EXPORT`;
export const enrol = (firstDay: string): string =>
  `npx electra meter enrol METER --member WALLET --name NAME --first-day ${firstDay} --max-wh 7000`;
export const listMeters = 'npx electra meter list';
export const installCode = (origin: string): string => `npx electra meter install-code METER --pages ${origin}`;
export const outfit = 'npx electra meter outfit --out outfit.json';
export const invoices = (month: string): string => `npx electra invoice ${month} --out invoices`;
export const previewed = (month: string): string => `npx electra invoice ${month} --preview`;
export const exported = (from: string, to: string): string => `npx electra export ${from} ${to} --out ${from.slice(0, 7)}.zip`;
export const changes = 'npx electra meter changes --rpc http://127.0.0.1:26657';
export const showOperator = 'npx electra operator show';
export const setTariff = (from: string): string => `npx electra tariff set --from ${from} --retail 300000 --feed-in 80000 --fee 250000000`;
export const proposeTariff = 'npx electra tariff propose --retail 300000 --feed-in 80000';
export const importPrices = 'npx electra tariff import day-ahead.csv --margin 1.5 --fees 17.2 --feed-in 8.03';
export const showPrices = (from: string): string => `npx electra tariff show ${from} --days 2`;
export const rotateKey = 'npx electra key rotate';
export const backup = 'npx electra key backup --out keys.backup';
export const pay = 'npx electra uplink pay --wallet-file TREASURY --yes';
export const treasury = 'npx electra uplink treasury';
