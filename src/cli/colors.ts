import { Chalk, type ChalkInstance } from 'chalk';
import type { Config } from '../config/config.js';

/** What the decision about colour needs to know. */
export interface ColorFacts {
  readonly color: Config['color'];
  readonly terminal: Config['terminal'];
  readonly isTTY: boolean;
}

/** Whether to print colours: an explicit setting wins, then `FORCE_COLOR`, then `NO_COLOR`, then whether a terminal listens. */
export function wantsColor({ color, terminal, isTTY }: ColorFacts): boolean {
  if (color !== 'auto') return color === 'always';
  if (terminal.forceColor !== undefined) return terminal.forceColor === 'on';
  return isTTY && !terminal.noColor && !terminal.dumb;
}

/** The colours of everything that is printed, by what they mean. Without colour each returns its text. */
export interface Colors {
  readonly path: (text: string) => string;
  readonly symbol: (text: string) => string;
  readonly match: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly error: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Colours of the sixteen that every terminal has, so that the user's theme decides how they look. */
export function makeColors(enabled: boolean): Colors {
  const chalk: ChalkInstance = new Chalk({ level: enabled ? 1 : 0 });
  return {
    path: chalk.cyan,
    symbol: chalk.bold,
    match: chalk.bold.yellow,
    faint: chalk.dim,
    good: chalk.green,
    warning: chalk.bold.yellow,
    error: chalk.bold.red,
    strong: chalk.bold,
  };
}
