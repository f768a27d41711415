import { MindIndexError } from '../shared/errors.js';
import type { Colors } from './colors.js';
import { escapeControls, escapeInJson } from './terminal-text.js';

/** Where text goes; the streams of the process have this shape. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What an error is printed with. */
export interface ErrorStyle {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly colors: Colors;
}

/** The only printer: stdout is data, stderr is for people. */
export class Output {
  constructor(
    readonly stdout: TextStream,
    readonly stderr: TextStream,
  ) {}

  /** Prints data, with a line break after it. */
  data(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** Prints a value as one line of JSON. */
  json(value: unknown): void {
    this.data(escapeInJson(JSON.stringify(value)));
  }

  /** Tells people something. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Tells people what to be careful about, and what to do. */
  warn(warning: { readonly message: string; readonly hint: string }, colors: Colors): void {
    this.note(`${colors.warning('warning:')} ${escapeControls(warning.message)}`);
    if (warning.hint) this.note(`  ${colors.faint('hint:')} ${escapeControls(warning.hint)}`);
  }

  /** Prints an error: for people on stderr, the hint after a blank line; with `--json` also as the last line of data. */
  error(error: MindIndexError, { json, verbose, colors }: ErrorStyle): void {
    const { code, message, hint, exitCode } = error;
    if (json) this.json({ event: 'error', code, message, hint, exitCode });
    this.note(`${colors.error('error:')} ${escapeControls(message)}`);
    if (verbose) {
      for (const cause of causesOf(error)) {
        this.note(`  caused by: ${cause.split('\n').map(escapeControls).join('\n')}`);
      }
    }
    if (hint) this.note(`\n${colors.faint('hint:')} ${escapeControls(hint)}`);
  }
}

/** Any thrown value as an error for people; what nobody foresaw says so and asks for a report. */
export function toMindIndexError(thrown: unknown): MindIndexError {
  if (thrown instanceof MindIndexError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MindIndexError(
    'unexpected',
    `unexpected failure: ${message}`,
    'this is a bug; run again with `--verbose` and report what it prints',
    1,
    thrown,
  );
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined) {
    causes.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
  return causes;
}

/** Why nobody will read what is printed: the reader is gone (as in `| head`), or writing failed. */
export type OutputLoss = 'unread' | 'failed';

/**
 * Calls `onLoss`, once, when `stream` cannot be written: quietly where its reader is gone, since whoever stopped reading has
 * what he wanted; else after the error was printed.
 */
export function onLostOutput(stream: NodeJS.WriteStream, onLoss: (loss: OutputLoss) => void): void {
  let isLost = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isLost) return;
    isLost = true;
    if (error.code === 'EPIPE') return onLoss('unread');
    if (stream !== process.stderr) process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    onLoss('failed');
  });
}
