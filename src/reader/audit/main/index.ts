/** The audit of a main chain, whose members are communities. A file of its own, so that who checks a community's books does not load it. */
export { againstMain, besideMain } from './against-main.ts';
export { auditMain, auditMainFully, auditMainWithout } from './audit.ts';
export { isMainBundle } from './bundle.ts';
