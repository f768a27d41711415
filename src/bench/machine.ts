import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** Where figures were measured; figures of different machines are not compared. */
export interface Machine {
  readonly cpu: string;
  /** Cores this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Limit of the control group; undefined where none holds. */
  readonly memoryLimitBytes?: number;
  readonly node: string;
  readonly os: string;
}

/** Describes the machine this process runs on. */
export function describeMachine(): Machine {
  const memoryBytes = totalmem();
  const limit = process.constrainedMemory();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes,
    ...(limit > 0 && limit < memoryBytes ? { memoryLimitBytes: limit } : {}),
    node: process.version,
    os: `${platform()} ${release()}`,
  };
}
