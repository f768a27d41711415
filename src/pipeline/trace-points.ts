import type { TraceDecision, TracePoint } from '../shared/trace.js';

/** Points that are kept of a run: at four looks a second the first two and a half minutes are whole. */
export const MAX_TRACE_POINTS = 600;

/** Thinning goes on until so much of the bound is taken: the next points have room, so that it is seldom done. */
const THINNED_SHARE = 0.75;

/** Decisions may take so much of the bound before they are thinned too. */
const DECISION_SHARE = 0.25;

/**
 * The points of a trace, bounded in number however long the run is. When there are too many, time is cut into stretches,
 * ever longer ones, and of the points in a stretch the one with the most memory stays as it was sampled. So the first point,
 * the last one and every peak of RSS stay, and a long run is told of evenly. Decisions stay at their points until they take
 * a quarter of the bound; from then on those in one stretch are joined too, and say how many they stand for. Adding a
 * point costs constant time on average.
 */
export class TracePoints {
  private points: TracePoint[] = [];
  /** Length of a stretch of time for points without and with a decision; 0 while all are kept. */
  private plainMs = 0;
  private decidedMs = 0;

  /** @param limit how many points are kept at most; at least 16 */
  constructor(private readonly limit = MAX_TRACE_POINTS) {}

  /** Adds a later point. */
  add(point: TracePoint): void {
    this.points.push(point);
    if (this.points.length > 2) this.joinNewestInner();
    if (this.points.length > this.limit) this.thin();
  }

  /** Books a decision on the newest point, whose sample it was based on. */
  decide(decision: TraceDecision): void {
    const last = this.points.pop();
    if (last === undefined) return;
    this.points.push({ ...last, decision: last.decision ? joinDecisions(last.decision, decision) : decision });
  }

  /** The points so far, in order of time. */
  list(): readonly TracePoint[] {
    return this.points;
  }

  /** The point before the newest is no end any more: it takes its place in the stretch it lies in. */
  private joinNewestInner(): void {
    const at = this.points.length - 2;
    const inner = this.points[at]!;
    for (let before = at - 1; before > 0; before--) {
      const earlier = this.points[before]!;
      if (this.stretchOf(earlier, inner) !== this.stretchOf(inner)) return;
      if (isDecided(earlier) !== isDecided(inner)) continue;
      const stays = join(earlier, inner);
      this.points.splice(stays.atPlaceOf === earlier ? at : before, 1);
      this.points[stays.atPlaceOf === earlier ? before : at - 1] = stays.point;
      return;
    }
  }

  private thin(): void {
    const grown = (ms: number) => Math.max(2 * ms, this.points.at(-1)!.atMs / this.limit, 1);
    while (this.points.filter(isDecided).length > this.limit * DECISION_SHARE) {
      this.decidedMs = grown(this.decidedMs);
      this.joinStretches(true);
    }
    while (this.points.length > this.limit * THINNED_SHARE) {
      this.plainMs = grown(this.plainMs);
      this.joinStretches(false);
    }
  }

  /** Joins all points of a kind that lie in one stretch, except the first and the last point. */
  private joinStretches(decided: boolean): void {
    const kept: TracePoint[] = [];
    let open: number | undefined;
    for (const [at, point] of this.points.entries()) {
      const isEnd = at === 0 || at === this.points.length - 1;
      if (isEnd || isDecided(point) !== decided) {
        kept.push(point);
        continue;
      }
      const earlier = open === undefined ? undefined : kept[open]!;
      if (open !== undefined && earlier && this.stretchOf(earlier) === this.stretchOf(point)) {
        const stays = join(earlier, point);
        if (stays.atPlaceOf === earlier) {
          kept[open] = stays.point;
          continue;
        }
        kept.splice(open, 1);
        open = kept.push(stays.point) - 1;
      } else {
        open = kept.push(point) - 1;
      }
    }
    this.points = kept;
  }

  /** The number of the stretch that a point lies in, of the stretches for points of the kind of `kind`. */
  private stretchOf(point: TracePoint, kind = point): number {
    const ms = isDecided(kind) ? this.decidedMs : this.plainMs;
    return ms > 0 ? Math.floor(point.atMs / ms) : NaN;
  }
}

function isDecided({ decision }: TracePoint): boolean {
  return decision !== undefined;
}

/** What stays of two points of one kind: the one with more memory, with the decisions of both. */
function join(earlier: TracePoint, later: TracePoint) {
  const atPlaceOf = earlier.rssBytes > later.rssBytes ? earlier : later;
  if (earlier.decision === undefined || later.decision === undefined) return { atPlaceOf, point: atPlaceOf };
  return { atPlaceOf, point: { ...atPlaceOf, decision: joinDecisions(earlier.decision, later.decision) } };
}

function joinDecisions(earlier: TraceDecision, later: TraceDecision): TraceDecision {
  return { ...later, from: earlier.from, joined: (earlier.joined ?? 1) + (later.joined ?? 1) };
}
