import type { TraceDecision, TracePoint } from '../shared/trace.js';

/** Points that are kept of a run: at four looks a second the first two and a half minutes are whole. */
export const MAX_TRACE_POINTS = 600;

/**
 * The points of a trace, bounded in number however long the run is. When there are too many, neighbours are joined in
 * pairs, and of each pair the point with more memory stays as it was sampled. So the first point, the last one and the
 * highest RSS always stay. Decisions stay at their points until they are more than a quarter of the bound; from then on
 * neighbouring decisions are joined too, and say how many they stand for. Adding costs constant time on average.
 */
export class TracePoints {
  private points: TracePoint[] = [];

  /** @param limit how many points are kept at most; at least 16 */
  constructor(private readonly limit = MAX_TRACE_POINTS) {}

  /** Adds a later point. */
  add(point: TracePoint): void {
    this.points.push(point);
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

  private thin(): void {
    const ends = new Set([this.points[0]!, this.points.at(-1)!]);
    const isFree = (point: TracePoint) => !ends.has(point);
    const decided = (point: TracePoint) => point.decision !== undefined;
    while (this.points.filter(decided).length > this.limit / 4) {
      this.points = joinPairs(this.points, (point) => isFree(point) && decided(point));
    }
    const peak = this.points.reduce((highest, point) => (point.rssBytes > highest.rssBytes ? point : highest));
    this.points = joinPairs(this.points, (point) => isFree(point) && !decided(point) && point !== peak);
  }
}

/** Joins the first with the second of the points that may be joined, the third with the fourth, and so on. */
function joinPairs(points: readonly TracePoint[], mayJoin: (point: TracePoint) => boolean): TracePoint[] {
  const kept: TracePoint[] = [];
  /** Where in `kept` the first of a pair stands. */
  let open: number | undefined;
  for (const point of points) {
    if (!mayJoin(point)) {
      kept.push(point);
    } else if (open === undefined) {
      open = kept.push(point) - 1;
    } else {
      const earlier = kept[open]!;
      if (earlier.rssBytes > point.rssBytes) {
        kept[open] = joined(earlier, earlier, point);
      } else {
        kept.splice(open, 1);
        kept.push(joined(point, earlier, point));
      }
      open = undefined;
    }
  }
  return kept;
}

/** The point that stays of a pair, with the decisions of both. */
function joined(stays: TracePoint, earlier: TracePoint, later: TracePoint): TracePoint {
  if (earlier.decision === undefined || later.decision === undefined) return stays;
  return { ...stays, decision: joinDecisions(earlier.decision, later.decision) };
}

function joinDecisions(earlier: TraceDecision, later: TraceDecision): TraceDecision {
  return { ...later, from: earlier.from, joined: (earlier.joined ?? 1) + (later.joined ?? 1) };
}
