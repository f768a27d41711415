import { Option, type Command } from 'commander';
import { SETTING_KEYS, settingOf, type SettingKey } from '../config/config.js';
import type { SettingCommand } from '../config/defaults.js';

/** Adds the flags of the settings that `name` takes; without a name, those that every command takes. */
export function addSettingFlags(command: Command, name?: SettingCommand): void {
  for (const key of flagKeys()) {
    const { commands } = settingOf(key);
    if (name === undefined ? commands === undefined : commands?.includes(name)) command.addOption(optionOf(key));
  }
}

/** What was typed, by setting key and unparsed: what it means is for the config to say. */
export function typedSettings(command: Command): Partial<Record<SettingKey, unknown>> {
  const values = command.optsWithGlobals();
  const typed: Partial<Record<SettingKey, unknown>> = {};
  for (const key of flagKeys()) {
    const name = optionOf(key).attributeName();
    if (command.getOptionValueSourceWithGlobals(name) === 'cli') typed[key] = values[name];
  }
  return typed;
}

function flagKeys(): SettingKey[] {
  return SETTING_KEYS.filter((key) => settingOf(key).flag !== undefined);
}

function optionOf(key: SettingKey): Option {
  const { flag, kind, default: value, summary } = settingOf(key);
  const isSwitch = kind.argument === undefined || flag!.startsWith('--no-');
  const shown = typeof value === 'string' || typeof value === 'number' ? ` (default: ${value})` : '';
  const option = new Option(isSwitch ? flag! : `${flag!} ${kind.argument}`, isSwitch ? summary : summary + shown);
  // A repeated flag adds to a list; any other flag counts as typed last.
  if (kind.isList) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return option;
}
