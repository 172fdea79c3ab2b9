/** The page's only style: light and dark by what the device wants, sizes in rem, nothing from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f6f4ef; --card: #fffdf9; --ink: #16262b; --quiet: #4d5f64; --rule: #d9d5ca; --edge: #77868a;
  --near: #0b7a5e; --bad: #a3231f; --warn: #8a5300; --on-near: #fffdf9; --focus: #16262b; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f191c; --card: #16242a; --ink: #eef2f0; --quiet: #a9b8b6; --rule: #2b3c42;
  --edge: #7f9096; --near: #3dc39a; --bad: #ff9b8f; --warn: #f2b45c; --on-near: #0f191c; --focus: #eef2f0; } }
*, *::before, *::after { box-sizing: border-box; }
html { font: 400 1rem/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0; overflow-wrap: anywhere; }
h1, h2, p, ol, ul, dl, dd, fieldset { margin: 0; padding: 0; }
h1 { font-size: clamp(1.6rem, 1.2rem + 1.8vw, 2.4rem); line-height: 1.15; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; }
.register h2 { font-size: 1rem; }
a { color: inherit; text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; background: var(--card); padding: 0.75rem 1rem; }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }
header, main, .steps { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: center; padding-top: 0.75rem; }
header > p { font-weight: 650; margin-right: auto; }
header ul { display: flex; gap: 0.25rem; list-style: none; }
header li a, header button { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 0.5rem; }
header li a[aria-current] { font-weight: 650; text-decoration: none; border-bottom: 3px solid var(--near); }
header button { background: none; border: 0; color: inherit; font: inherit; text-decoration: underline; text-underline-offset: 0.2em; }
.steps ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem; border-bottom: 1px solid var(--rule); padding: 0.5rem 0; }
.steps a, .steps span.later { display: inline-flex; gap: 0.5rem; align-items: center; min-height: 2.75rem; padding: 0 0.6rem;
  border-radius: 8px; text-decoration: none; }
.steps span.later { color: var(--quiet); }
.steps b { display: inline-grid; place-items: center; width: 1.6rem; height: 1.6rem; border-radius: 50%; border: 1px solid var(--edge);
  font-size: 0.875rem; }
.steps .done b { background: var(--near); border-color: var(--near); color: var(--on-near); }
.steps [aria-current] { background: var(--card); font-weight: 650; box-shadow: inset 0 0 0 1px var(--rule); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
main { display: grid; gap: 1.25rem; padding-top: 1.5rem; padding-bottom: 4rem; }
main > p, .card > p { max-width: 42rem; }
.quiet { color: var(--quiet); }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 1.1rem; display: grid; gap: 0.8rem; }
.card.good { border-left: 6px solid var(--near); }
.card.bad { border-left: 6px solid var(--bad); }
.card.warn { border-left: 6px solid var(--warn); }
.pair { display: grid; gap: 1.25rem; align-items: start; }
form { display: grid; gap: 0.8rem; justify-items: start; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
.field { display: grid; gap: 0.2rem; width: 100%; max-width: 30rem; }
.field label, legend { font-weight: 600; }
.hint { color: var(--quiet); font-size: 0.9rem; }
fieldset { border: 0; display: grid; gap: 0.4rem; }
input[type=text], input[type=date], textarea, select { width: 100%; min-height: 2.75rem; padding: 0.45rem 0.6rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; }
textarea { min-height: 5rem; font-family: ui-monospace, monospace; font-size: 0.9rem; }
.tick { display: flex; gap: 0.6rem; align-items: center; min-height: 2.75rem; }
.tick input { width: 1.3rem; height: 1.3rem; accent-color: var(--near); flex: none; }
.button, form button.main { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0.4rem 1.1rem; border-radius: 8px;
  border: 1px solid var(--near); background: var(--near); color: var(--on-near); font: inherit; font-weight: 650; text-decoration: none; }
form button.plain { min-height: 2.75rem; padding: 0.4rem 1rem; border-radius: 8px; border: 1px solid var(--edge); background: none;
  color: inherit; font: inherit; }
button { cursor: pointer; }
.ports { list-style: none; display: grid; gap: 0.5rem; }
.ports form { grid-template-columns: 1fr auto; align-items: center; width: 100%; gap: 0.75rem; }
.ports li { border-top: 1px solid var(--rule); padding-top: 0.5rem; }
.ports li:first-child { border-top: 0; padding-top: 0; }
summary { min-height: 2.75rem; display: flex; align-items: center; cursor: pointer; font-weight: 600; }
summary::before { content: "+"; width: 1.4rem; font-weight: 400; }
details[open] > summary::before { content: "−"; }
details > form, details > p { margin-top: 0.6rem; }
.registers { display: grid; gap: 1rem; width: 100%; }
.register { display: grid; gap: 0.3rem; border-top: 1px solid var(--rule); padding-top: 0.9rem; width: 100%; }
.register:first-child { border-top: 0; padding-top: 0; }
code, .code { font-family: ui-monospace, monospace; font-size: 0.95em; }
.figure { font-size: 1.35rem; font-variant-numeric: tabular-nums; font-weight: 650; }
.good-text { color: var(--near); font-weight: 600; }
.bad-text { color: var(--bad); font-weight: 600; }
.facts { display: grid; gap: 0.15rem 1.25rem; }
.facts dt { font-weight: 600; margin-top: 0.6rem; }
.facts dd { max-width: 42rem; }
.qr { background: #fff; border-radius: 8px; width: 13rem; max-width: 100%; }
.qr svg { display: block; width: 100%; height: auto; }
progress { width: 100%; max-width: 30rem; height: 0.9rem; accent-color: var(--near); }
@media (max-width: 59.99rem) { header nav { order: 1; } .steps ol { gap: 0.25rem; }
  .steps a:not([aria-current]) > span, .steps .later > span { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; } .steps a, .steps span.later { min-width: 2.75rem; justify-content: center; } }
@media (min-width: 60rem) { header, main, .steps { max-width: 68rem; }
  .steps { font-size: 0.9rem; } .steps a, .steps span.later { padding: 0 0.5rem; }
  .pair { grid-template-columns: 1fr 1fr; } .facts { grid-template-columns: 13rem 1fr; }
  .facts dt, .facts dd { margin: 0; padding: 0.45rem 0; border-top: 1px solid var(--rule); }
  .facts dt:first-of-type, .facts dt:first-of-type + dd { border-top: 0; } }
`;
