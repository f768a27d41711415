import type { Command, Option } from 'commander';
import { SETTING_KEYS, settingOf, type SettingKey } from '../config/config.js';
import type { SettingCommand } from '../config/defaults.js';
import { settingText } from './quantities.js';

/** Adds the flags of the settings that `name` takes, but for `left`; without a name, those that every command takes. */
export function addSettingFlags(command: Command, name?: SettingCommand, left: readonly SettingKey[] = []): void {
  for (const key of flagKeys()) {
    if (left.includes(key)) continue;
    const { commands } = settingOf(key);
    if (name === undefined ? commands === undefined : commands?.includes(name))
      command.addOption(optionOf(command, key));
  }
}

/** What was typed, by setting key and unparsed: what it means is for the config to say. */
export function typedSettings(command: Command): Partial<Record<SettingKey, unknown>> {
  const values = command.optsWithGlobals();
  const typed: Partial<Record<SettingKey, unknown>> = {};
  for (const key of flagKeys()) {
    const name = optionOf(command, key).attributeName();
    if (command.getOptionValueSourceWithGlobals(name) === 'cli') typed[key] = values[name];
  }
  return typed;
}

function flagKeys(): SettingKey[] {
  return SETTING_KEYS.filter((key) => settingOf(key).flag !== undefined);
}

function optionOf(command: Command, key: SettingKey): Option {
  const { flag, kind, default: value, unit, summary } = settingOf(key);
  const isSwitch = kind.argument === undefined || flag!.startsWith('--no-');
  const shown = Array.isArray(value) ? '' : ` (default: ${settingText(value, unit)})`;
  const option = command.createOption(
    isSwitch ? flag! : `${flag!} ${kind.argument}`,
    isSwitch ? summary : summary + shown,
  );
  // A repeated flag adds to a list; any other flag counts as typed last.
  if (kind.isList) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return option;
}
