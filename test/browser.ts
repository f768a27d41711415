import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium on this machine; undefined where there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** How a page is shown. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly isDark?: boolean;
  readonly hasScript?: boolean;
  readonly media?: 'screen' | 'print';
}

/** A browser without a window, driven through its debugging pipe: messages of JSON, each ended by a NUL byte. */
export class Browser {
  /** What pages said: violations of their policy, errors, requests for anything but the page itself. */
  readonly complaints: string[] = [];
  private readonly profile = mkdtempSync(join(tmpdir(), 'mind-index-browser-'));
  private readonly child;
  private readonly waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  private readonly loaded = new Map<string, () => void>();
  private lastId = 0;
  private rest = '';
  private session: string | undefined;

  private constructor(path: string) {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
    const args = [...flags, '--remote-debugging-pipe', `--user-data-dir=${this.profile}`, 'about:blank'];
    this.child = spawn(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.receive(text));
    this.child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the browser has ended'));
    });
  }

  /** Starts the browser with one page. */
  static async start(path: string): Promise<Browser> {
    const browser = new Browser(path);
    const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const attached = { targetId, flatten: true };
    const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', attached);
    browser.session = sessionId;
    for (const domain of ['Page', 'Log', 'Runtime', 'Network']) await browser.send(`${domain}.enable`);
    return browser;
  }

  /** Opens a page and waits until it is loaded. */
  async open(url: string, { width, height, isDark = false, hasScript = true, media = 'screen' }: View): Promise<void> {
    this.complaints.length = 0;
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    const features = [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }];
    await this.send('Emulation.setEmulatedMedia', { media, features });
    await this.send('Emulation.setScriptExecutionDisabled', { value: !hasScript });
    const loaded = new Promise<void>((resolve) => this.loaded.set('Page.loadEventFired', resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const question = { expression, returnByValue: true, awaitPromise: true };
    const answer = await this.send<{ result: { value: Value }; exceptionDetails?: object }>(
      'Runtime.evaluate',
      question,
    );
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  /** Moves the pointer to a place of the window. */
  async point(x: number, y: number): Promise<void> {
    await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  }

  async press(key: string): Promise<void> {
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }

  /** The whole page as a PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.on('close', resolve));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private send<Result>(method: string, params: object = {}): Promise<Result> {
    const id = (this.lastId += 1);
    const message = { id, method, params, ...(this.session && { sessionId: this.session }) };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise<Result>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private receive(text: string): void {
    const messages = (this.rest + text).split('\0');
    this.rest = messages.pop()!;
    for (const message of messages) this.handle(JSON.parse(message) as Message);
  }

  private handle({ id, method = '', params, result, error }: Message): void {
    if (id !== undefined) {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result as never);
      return;
    }
    this.loaded.get(method)?.();
    if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
      this.complaints.push(JSON.stringify(params));
    if (method === 'Network.requestWillBeSent' && params?.type !== 'Document') {
      this.complaints.push(JSON.stringify(params));
    }
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly type?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
