/**
 * The set-up page as a server of its own: plain HTTP on the local network, since a device without a name has no certificate. It answers
 * those who are near, have the code, and come from the page itself; it holds no secret to give away: keys and passwords are neither shown
 * nor taken. Nothing of it is loaded by `run`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actions, isDoneOf } from './actions.ts';
import { Guard, isLocal, isOwnHost, isOwnOrigin } from './guard.ts';
import { SettingUp, type SettingUpOptions } from './setting-up.ts';
import { type Language, languageOf, sayIn, type TextKey } from './texts/index.ts';
import { STEPS, type View } from './views/layout.ts';
import { live } from './views/live.ts';
import { jobStamp, operatorPage, portPage, sentenceOf, valuesPage } from './views/meter.ts';
import { factsOf, factsStamp, keyPage, plainPage, signInPage, statePage } from './views/state.ts';
import { STYLE } from './views/style.ts';

export interface PageOptions extends SettingUpOptions {
  code: string;
  host: string;
  port: number;
  /** Who signed in, who was refused; never what was sent. */
  say: (event: { kind: string; message?: string }) => void;
}

export interface Page {
  port: number;
  /** Resolves when set-up is over. */
  finished: Promise<void>;
  close: () => Promise<void>;
}

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'",
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};
const COOKIE = 'electra_setup';
const LANGUAGE_COOKIE = 'electra_language';
const BODY_MOST = 32_768;
const CONNECTIONS_MOST = 32;
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b7a5e"/>
<path d="M17 5 8 18h6l-1 9 10-14h-7z" fill="#fffdf9"/></svg>`;
const FILES: Record<string, readonly [string, string]> = {
  '/style.css': ['text/css; charset=utf-8', STYLE],
  '/script.js': ['text/javascript; charset=utf-8', `'use strict';\n(${live.toString()})();\n`],
  '/icon.svg': ['image/svg+xml', ICON],
};

/** An answer that ends a question early. */
class Answer extends Error {
  readonly status: number;
  readonly text: TextKey;
  constructor(status: number, text: TextKey) {
    super(text);
    this.status = status;
    this.text = text;
  }
}

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  session: string;
  language: Language;
}

export async function servePage(options: PageOptions): Promise<Page> {
  const site = new Site(options);
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    void site.answer(request, response);
  });
  server.maxConnections = CONNECTIONS_MOST;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    await site.model.close();
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, finished: site.finished, close };
}

class Site {
  readonly #o: PageOptions;
  readonly #guard: Guard;
  readonly model: SettingUp;
  readonly finished: Promise<void>;
  #finish!: () => void;

  constructor(options: PageOptions) {
    this.#o = options;
    this.#guard = new Guard(options.code);
    this.model = new SettingUp(options);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Never rejects; what is unexpected is said without what was sent. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const cookies = cookiesOf(request.headers.cookie);
    const language = languageOf(cookies.get(LANGUAGE_COOKIE), request.headers['accept-language']);
    try {
      if (!isLocal(request.socket.remoteAddress ?? '') || !isOwnHost(request.headers.host)) throw new Answer(403, 'foreign');
      const base = `http://${request.headers.host}`;
      if (!URL.canParse(request.url ?? '/', base)) throw new Answer(404, 'notFound');
      const url = new URL(request.url ?? '/', base);
      await this.#route({ request, response, url, session: cookies.get(COOKIE) ?? '', language });
    } catch (error) {
      const { status, text } = error instanceof Answer ? error : new Answer(500, 'errorHead');
      if (status === 500) this.#o.say({ kind: 'page-failed', message: (error as Error).name });
      if (response.headersSent) return void response.destroy();
      const say = sayIn(language);
      const view: View = { say, language, form: undefined, path: '/', done: [], typed: new URLSearchParams() };
      send(response, status, plainPage(view, say('errorHead'), say(text)));
    }
  }

  async #route(asked: Asked): Promise<void> {
    const { request, response, url, session } = asked;
    if (request.method === 'POST') return this.#change(asked);
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Answer(405, 'notFound');
    const file = Object.hasOwn(FILES, url.pathname) ? FILES[url.pathname] : undefined;
    if (file) return void response.writeHead(200, { 'content-type': file[0] }).end(file[1]);
    if (url.pathname === '/language') return chooseLanguage(response, url);
    const isSignedIn = this.#guard.formOf(session) !== undefined;
    if (url.pathname === '/')
      return isSignedIn ? go(response, await this.#begin()) : send(response, 200, signInPage(await this.#view(asked)));
    if (url.pathname.startsWith('/live/')) return this.#live(asked, isSignedIn);
    if (!isSignedIn) return go(response, '/');
    const view = await this.#view(asked);
    send(response, 200, (await this.#page(url.pathname, view)) ?? notFound());
  }

  async #page(path: string, view: View): Promise<string | undefined> {
    switch (path) {
      case '/port':
        return portPage(view, this.model);
      case '/values':
        return valuesPage(view, this.model);
      case '/operator':
        return operatorPage(view, this.model);
      case '/key':
        return keyPage(view, this.model);
      case '/state':
        return statePage(view, this.model);
      default:
        return undefined;
    }
  }

  /** Where somebody who comes anew goes on. */
  async #begin(): Promise<string> {
    const done = await isDoneOf(this.model);
    const first = done.findIndex((one) => !one);
    return STEPS[first < 0 ? STEPS.length - 1 : first].path;
  }

  async #view({ url, session, language }: Asked, more: Partial<View> = {}): Promise<View> {
    const path = STEPS.find(({ path: own }) => own === url.pathname)?.path ?? '/';
    const done = await isDoneOf(this.model);
    return { say: sayIn(language), language, form: this.#guard.formOf(session), path, done, typed: new URLSearchParams(), ...more };
  }

  /** What the script asks now and again. */
  async #live({ response, url, language }: Asked, isSignedIn: boolean): Promise<void> {
    if (!isSignedIn) throw new Answer(401, 'ended');
    const { job } = this.model;
    const say = sayIn(language);
    const facts = url.pathname === '/live/state' ? await factsOf(say, this.model) : undefined;
    const stamp = facts ? factsStamp(facts) : jobStamp(job);
    const text = JSON.stringify({ stamp, text: job && !facts ? sentenceOf(say, job) : '', part: job?.index ?? 0 });
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  }

  async #change(asked: Asked): Promise<void> {
    const { request, response, url, session, language } = asked;
    const address = request.socket.remoteAddress ?? '';
    const isForm = request.headers['content-type']?.split(';')[0] === 'application/x-www-form-urlencoded';
    if (!isOwnOrigin(request.headers) || !isForm) {
      this.#o.say({ kind: 'refused', message: `a form that was not from the page, sent from ${address}` });
      throw new Answer(403, 'foreign');
    }
    const typed = new URLSearchParams(await bodyOf(request));
    if (url.pathname === '/sign-in') return this.#signIn(asked, typed.get('code') ?? '', address);
    if (this.#guard.formOf(session) === undefined) throw new Answer(401, 'ended');
    if (!this.#guard.isForm(session, typed.get('form') ?? '')) throw new Answer(403, 'foreign');
    if (url.pathname === '/sign-out') {
      this.#guard.signOut(session);
      return go(response, '/');
    }
    const action = Object.hasOwn(actions, url.pathname) ? actions[url.pathname] : notFound();
    const outcome = await action(this.model, typed);
    if (url.pathname === '/finish' && outcome.refusal === undefined) return this.#over(asked);
    if (outcome.refusal === undefined) return go(response, outcome.next);
    const say = sayIn(language);
    const view = await this.#view({ ...asked, url: new URL(outcome.next, url) }, { refusal: say(outcome.refusal), typed });
    send(response, 422, (await this.#page(view.path, view)) ?? notFound());
  }

  async #signIn(asked: Asked, code: string, address: string): Promise<void> {
    const { response, language } = asked;
    const outcome = this.#guard.signIn(code, address);
    if ('session' in outcome) {
      this.#o.say({ kind: 'signed-in', message: `from ${address}` });
      response.setHeader('set-cookie', `${COOKIE}=${outcome.session}; HttpOnly; SameSite=Strict; Path=/`);
      return go(response, '/');
    }
    this.#o.say({ kind: 'refused', message: `a wrong code from ${address}` });
    const say = sayIn(language);
    const isWait = outcome.refused === 'wait';
    if (isWait) response.setHeader('retry-after', String(outcome.waitS));
    const refusal = isWait ? say('waitCode', { seconds: outcome.waitS }) : say('wrongCode');
    send(response, isWait ? 429 : 403, signInPage(await this.#view(asked, { refusal })));
  }

  /** The last answer; then the page is off, unless the settings ask for it. */
  async #over(asked: Asked): Promise<void> {
    if (this.model.settings?.setupPage === 'always') return go(asked.response, '/state');
    const view = { ...(await this.#view(asked)), form: undefined };
    asked.response.once('finish', () => this.#finish());
    asked.response.setHeader('connection', 'close');
    send(asked.response, 200, plainPage(view, view.say('finishHead'), view.say('finished')));
  }
}

function notFound(): never {
  throw new Answer(404, 'notFound');
}

const send = (response: ServerResponse, status: number, page: string): void =>
  void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);

/** `303`: whatever was asked, the next question is a plain one. */
const go = (response: ServerResponse, path: string): void => void response.writeHead(303, { location: path }).end();

function chooseLanguage(response: ServerResponse, url: URL): void {
  const language = languageOf(url.searchParams.get('to') ?? undefined);
  const back = STEPS.find(({ path }) => path === url.searchParams.get('back'))?.path ?? '/';
  response.setHeader('set-cookie', `${LANGUAGE_COOKIE}=${language}; HttpOnly; SameSite=Strict; Path=/`);
  go(response, back);
}

function cookiesOf(header = ''): Map<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.filter(({ length }) => length === 2).map(([name, value]) => [name, value]));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_MOST) throw new Answer(413, 'tooMuch');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
