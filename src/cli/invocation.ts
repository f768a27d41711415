import type { Command } from 'commander';
import { loadConfig, type Config } from '../config/config.js';
import { readEnvironment, type Environment } from '../config/environment.js';
import { findIndexedRoot, resolveRoot } from '../config/root-folder.js';
import type { EventBus } from '../shared/events.js';
import { makeColors, wantsColor, type Colors } from './colors.js';
import { Output, type OutputLoss, type TextStream } from './output.js';
import { typedSettings } from './setting-flags.js';

/** One call of the program: where it was called, where it prints, and how it ends. */
export class Invocation {
  /** Exit code of a command that did its work: 0, or what its result means. */
  exitCode = 0;
  /** Set once nobody reads any more what is printed. */
  lostOutput: OutputLoss | undefined;
  /** Threads that hang in native code: with them the process cannot end by itself. */
  hangingThreads = 0;
  /** The config of the command, once it was read. */
  config: Config | undefined;

  constructor(
    readonly argv: readonly string[],
    readonly output: Output,
    readonly cwd: string,
    readonly environment: Environment,
  ) {}

  /** The invocation that the process was started with. */
  static ofProcess(): Invocation {
    const output = new Output(process.stdout, process.stderr);
    return new Invocation(process.argv, output, process.cwd(), readEnvironment());
  }

  /** Remembers the threads that a run leaves behind. */
  followThreads(bus: EventBus): void {
    bus.on('threads-abandoned', ({ threads }) => (this.hangingThreads += threads));
  }

  /** Reads the config for the folder `path`. */
  async readConfig(command: Command, path = '.'): Promise<Config> {
    const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
    this.config = await loadConfig({
      path,
      cwd: this.cwd,
      environment: this.environment,
      flags: typedSettings(command),
      ...(configFile === undefined ? {} : { configFile }),
    });
    return this.config;
  }

  /** Reads the config for the nearest indexed folder at or above `path`. */
  async readIndexedConfig(command: Command, path = '.'): Promise<Config> {
    return this.readConfig(command, findIndexedRoot(resolveRoot(path, this.cwd)));
  }

  /** Colours for a stream, as settings, environment and the stream itself allow. */
  colorsFor(stream: TextStream): Colors {
    const color = this.config?.color ?? (this.typed('--no-color') ? 'never' : 'auto');
    return makeColors(wantsColor({ color, terminal: this.environment.terminal, isTTY: stream.isTTY ?? false }));
  }

  /** True where a switch is on: by the config, or by the bare words where parsing them failed. */
  isOn(name: 'json' | 'verbose' | 'quiet'): boolean {
    return this.config?.[name] ?? this.typed(`--${name}`);
  }

  private typed(flag: string): boolean {
    const end = this.argv.indexOf('--');
    return (end < 0 ? this.argv : this.argv.slice(0, end)).includes(flag);
  }
}
