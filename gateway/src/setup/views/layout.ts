/** What every page has: head, languages, steps, and pieces of forms. */
import { type Html, html } from '../html.ts';
import { LANGUAGES, type Language, type Say, type TextKey } from '../texts/index.ts';

export interface View {
  say: Say;
  language: Language;
  /** of the forms of this session; undefined: nobody is signed in */
  form: string | undefined;
  path: string;
  /** Steps that are done, in order. */
  done: readonly boolean[];
  refusal?: string;
  /** what was typed where it was refused, to be typed no second time */
  typed: URLSearchParams;
}

/** What the script asks, and where it goes when the stamp is another. */
export interface Live {
  url: string;
  stamp: string;
  next: string;
  everyMs: number;
}

export const STEPS = [
  { path: '/port', text: 'stepPort' },
  { path: '/values', text: 'stepValues' },
  { path: '/operator', text: 'stepOperator' },
  { path: '/key', text: 'stepKey' },
  { path: '/state', text: 'stepState' },
] as const satisfies readonly { path: string; text: TextKey }[];

export function layout(view: View, heading: string, content: Html, live?: Live): string {
  const { say, language } = view;
  const main = live
    ? html`<main id="main" tabindex="-1" data-live="${live.url}" data-stamp="${live.stamp}"
    data-next="${live.next}" data-every="${live.everyMs}">`
    : html`<main id="main" tabindex="-1">`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} – ${say('title')}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg">
<script src="/script.js" defer></script>
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header>
<p>Electra</p>
<nav aria-label="${say('language')}"><ul>${Object.entries(LANGUAGES).map(
    ([name, { name: own }]) =>
      html`<li><a href="/language?to=${name}&amp;back=${view.path}" lang="${name}" hreflang="${name}"
${name === language && html` aria-current="true"`}>${own}</a></li>`,
  )}</ul></nav>
${view.form !== undefined && html`<form method="post" action="/sign-out">${token(view)}<button>${say('signOut')}</button></form>`}
</header>
${view.form !== undefined && steps(view)}
${main}
<h1>${heading}</h1>
${view.refusal !== undefined && html`<div class="card bad" role="alert"><h2>${say('errorHead')}</h2><p>${view.refusal}</p></div>`}
${content}
</main>
</body>
</html>`.text;
}

function steps({ say, path, done }: View): Html {
  const items = STEPS.map(({ path: own, text }, i) => {
    const isOpen = i === 0 || done.slice(0, i).every(Boolean) || path === own;
    const isDone = done[i] && html`<span class="hidden">, ${say('done')}</span>`;
    const label = html`<b aria-hidden="true">${done[i] ? '✓' : i + 1}</b><span>${say(text)}${isDone}</span>`;
    const state = done[i] ? 'done' : '';
    return isOpen
      ? html`<li><a href="${own}" class="${state}"${path === own && html` aria-current="step"`}>${label}</a></li>`
      : html`<li><span class="later">${label}</span></li>`;
  });
  return html`<nav class="steps" aria-label="${say('steps')}"><ol>${items}</ol></nav>`;
}

export const token = ({ form }: View): Html => html`<input type="hidden" name="form" value="${form ?? ''}">`;

export function next(view: View, index: number): Html | false {
  if (!view.done[index]) return false;
  const { path, text } = STEPS[index + 1];
  return html`<p><a class="button" href="${path}">${view.say('next', { step: view.say(text) })}</a></p>`;
}

export interface FieldOptions {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  type?: 'text' | 'date';
  inputmode?: 'decimal' | 'numeric' | 'url' | 'text';
  isNeeded?: boolean;
}

/** A labelled field; what was typed before stands in it. */
export function field({ typed }: View, { name, label, hint, value = '', type = 'text', inputmode = 'text', isNeeded }: FieldOptions): Html {
  const described = hint === undefined ? '' : html` aria-describedby="${name}-hint"`;
  return html`<div class="field"><label for="${name}">${label}</label>
<input type="${type}" id="${name}" name="${name}" value="${typed.get(name) ?? value}" inputmode="${inputmode}"
autocomplete="off" autocapitalize="none" spellcheck="false"${described}${isNeeded && html` required`}>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`;
}

export function area({ typed }: View, { name, label, hint, value = '' }: Pick<FieldOptions, 'name' | 'label' | 'hint' | 'value'>): Html {
  return html`<div class="field"><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" autocomplete="off" autocapitalize="none" spellcheck="false"
aria-describedby="${name}-hint">${typed.get(name) ?? value}</textarea>
<p class="hint" id="${name}-hint">${hint}</p></div>`;
}

export const select = (name: string, label: string, options: readonly (readonly [string, string])[], chosen: string): Html =>
  html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}">${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select></div>`;

export const tick = (name: string, label: string, isOn: boolean): Html =>
  html`<label class="tick"><input type="checkbox" name="${name}" value="1"${isOn && html` checked`}> <span>${label}</span></label>`;
