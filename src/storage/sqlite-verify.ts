import type { SqliteReader } from './sqlite-reader.js';
import type { SegmentInfo, StoreReader } from './store.js';

/**
 * Checks what must hold in any store, in one generation, and returns each problem as a sentence: files in path order,
 * every file of a segment either alive in exactly one row or dead, chunk counts that add up, segments that can be read.
 */
export function verifyStore(reader: StoreReader): string[] {
  return reader.snapshot(() => {
    const problems: string[] = [];
    const segments = new Map(reader.segments().map((segment) => [segment.id, new Occupancy(segment)]));
    let previous: Buffer | undefined;
    for (const file of reader.files()) {
      const path = Buffer.from(file.path);
      if (previous !== undefined && previous.compare(path) >= 0) problems.push(`\`${file.path}\` is out of path order`);
      previous = path;
      if (file.segmentId === 0) {
        if (file.chunkCount > 0) problems.push(`\`${file.path}\` has ${file.chunkCount} chunks but no segment`);
        continue;
      }
      if (file.state !== 'indexed') problems.push(`\`${file.path}\` is ${file.state} but has a place in a segment`);
      const segment = segments.get(file.segmentId);
      if (segment === undefined)
        problems.push(`\`${file.path}\` is in segment ${file.segmentId}, which does not exist`);
      else problems.push(...segment.add(file.ordinal, file.chunkCount, `\`${file.path}\``));
    }
    for (const segment of segments.values()) problems.push(...segment.finish(reader));
    return problems;
  });
}

/** `verifyStore`, and before it what only the database can tell. */
export function verifySqliteStore(reader: SqliteReader): string[] {
  const problems = reader.integrityProblems();
  return problems.length > 0 ? problems : verifyStore(reader);
}

/** Problems of one segment that are listed before the rest is only counted. */
const LISTED = 10;

/** Which places of one segment are taken by living files. */
class Occupancy {
  private readonly taken: Uint8Array;
  private chunks = 0;

  constructor(private readonly segment: SegmentInfo) {
    // Each file takes some bytes of its segment: a forged count must not ask for more memory than that.
    this.taken = new Uint8Array(Math.min(segment.fileCount, segment.byteLength));
  }

  add(ordinal: number, chunkCount: number, name: string): string[] {
    const { id, fileCount } = this.segment;
    if (ordinal < 0 || ordinal >= fileCount)
      return [`${name} is file ${ordinal} of segment ${id}, which has ${fileCount}`];
    if (ordinal >= this.taken.length) return [];
    if (this.taken[ordinal] === 1) return [`${name} is at place ${ordinal} of segment ${id}, as another file is`];
    this.taken[ordinal] = 1;
    this.chunks += chunkCount;
    return [];
  }

  finish(reader: StoreReader): string[] {
    const { id, byteLength, chunkCount, fileCount } = this.segment;
    const dead = reader.deadFiles(id);
    const problems: string[] = [];
    if (fileCount > byteLength) problems.push(`segment ${id} has ${fileCount} files in ${byteLength} bytes`);
    let unlisted = 0;
    this.taken.forEach((alive, ordinal) => {
      if ((alive === 1) !== dead.has(ordinal)) return;
      if (problems.length >= LISTED) unlisted++;
      else problems.push(`file ${ordinal} of segment ${id} is ${alive === 1 ? 'alive and' : 'neither alive nor'} dead`);
    });
    if (unlisted > 0) problems.push(`and ${unlisted} more of segment ${id}`);
    if (dead.size === 0 ? this.chunks !== chunkCount : this.chunks > chunkCount) {
      problems.push(`the files of segment ${id} have ${this.chunks} chunks, the segment has ${chunkCount}`);
    }
    const source = reader.openSegment(id);
    if (source.byteLength !== byteLength)
      problems.push(`segment ${id} has ${source.byteLength} bytes instead of ${byteLength}`);
    else if (byteLength > 0) source.read(byteLength - 1, 1);
    return problems;
  }
}
