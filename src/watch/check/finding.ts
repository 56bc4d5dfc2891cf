import type { Unit } from '../../base/evidence.ts'

/** Where a finding's threshold comes from. */
export type ThresholdFrom =
  /** What chance explains (`levels.ts`). */
  | 'sampling error'
  /** The least change that matters, larger than what chance explains. */
  | 'least effect'
  /** A number that practice settled on; shown for comparison, it decides nothing. */
  | 'custom'
  /** A rule of the data contract with its defaults. */
  | 'contract'

/** One thing that was measured of a feature in two files. */
export interface CheckFinding {
  /** What measured: an id of the catalog of detectors where there is one. */
  readonly detector: string
  readonly value: number
  readonly unit: Unit
  /** A value at or beyond it counts; on the same side of `usual` as the value. */
  readonly threshold: number
  readonly thresholdFrom: ThresholdFrom
  /** Rows of the smaller side. */
  readonly rows: number
  /** `broken`: something upstream is wrong · `moved`: the world looks different · `trifle`: beyond chance, but small. */
  readonly kind: 'broken' | 'moved' | 'trifle' | 'none'
  /** How far beyond its threshold, ≥ 1 for broken and moved: what a feature's findings are ordered by. */
  readonly strength: number
  /** One plain clause without the feature's name. */
  readonly because: string
}

/** How sure a check has to be, and what it calls a trifle. */
export interface CheckLimits {
  /** Chance that one test of values errs. */
  readonly level: number
  /** The same for more, or fewer, missing values. */
  readonly missingLevel: number
  /** A category that is absent from one file with a chance above this may be so by chance. */
  readonly absenceLevel: number
  /** Fewer rows on either side are not evidence. */
  readonly minRows: number
}

/** The finding of an effect that is held against chance and against the least effect that matters. */
export function weigh(
  measured: Pick<CheckFinding, 'detector' | 'unit' | 'rows' | 'because'> & {
    /** ≥ 0, 0 when nothing changed. */
    readonly effect: number
    /** Effect that chance explains. */
    readonly chance: number
    readonly least: number
    readonly kind: 'broken' | 'moved'
    /** The value shown for an effect; default the effect itself. */
    readonly shown?: (effect: number) => number
  },
): CheckFinding {
  const { detector, unit, rows, because, effect, chance, least, kind, shown = (x: number) => x } = measured
  const limit = Math.max(chance, least)
  const isBeyondChance = effect > 0 && effect >= chance
  return {
    detector,
    unit,
    rows,
    because,
    value: shown(effect),
    threshold: shown(limit),
    thresholdFrom: chance >= least ? 'sampling error' : 'least effect',
    kind: isBeyondChance ? (effect >= least ? kind : 'trifle') : 'none',
    strength: limit > 0 ? effect / limit : 0,
  }
}

/** A share in [0, 1] as a reader sees it. */
export function percent(share: number): string {
  const points = 100 * share
  const digits = points === 0 || points >= 10 ? 0 : points >= 1 ? 1 : 2
  return `${points.toFixed(digits)} %`
}
