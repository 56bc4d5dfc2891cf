import type { Anchors, ClassAnchor } from './anchors.ts'

/** How many of a slice's labels look flipped at random, against slices that are trusted. */
export type LabelNoise =
  | {
      readonly kind: 'measured'
      /** Flipped share of the reference slices by the same formula: their mean, not below 0. Share. */
      readonly reference: number
      /** Flipped share of the slice; about 0 when nothing was flipped, and it may be below. Share. */
      readonly current: number
      /** Standard error of `current`. Share. */
      readonly standardError: number
      readonly rows: number
    }
  | {
      readonly kind: 'insufficient'
      readonly haveRows: number
      readonly needRows: number
      readonly because: string
    }

type Measured = Extract<Anchors, { kind: 'measured' }>

/** A class whose reference anchor keeps more than this part of its prior cannot show flips: nobody could predict it. */
const BLUNT = 0.85
/** A class whose reference anchor keeps less than this part of its prior shows flips of its own labels well. */
const SHARP = 0.3

/**
 * The share of labels that were flipped at random. For a class with prior π and anchor rate a, flips at rate ε give
 * a' = ε + (1 − 2ε) a and π' = ε + (1 − 2ε) π. In the reference the two keep a ratio r = a / π, also on hard days when
 * both rise (measured on flights, see bench/label-noise.md), hence
 *
 *   ε = (a' − r π') / (1 − r),   over K classes (K − 1) times that.
 *
 * Where two or more classes are sharp (r ≤ .3) ε is the mean over them; else it is taken from the sharpest, or from one
 * whose anchor is clearly purer now: a class that is still told apart speaks against random flips. So a new rule that
 * the slice itself can teach, even the old one upside down, does not count as noise.
 *
 * It cannot see: flips chosen to look plausible (targeted, clean-label); flips of every label, which are a learnable
 * rule; flips of one class only where the task is hard; anything in slices whose labels cannot be predicted at all.
 *
 * @param references slices that are trusted; two or more also show how much clean slices differ
 * @param current    the slice to be judged, about as many rows as each reference
 * @see Liu & Tao 2016; Northcutt, Jiang & Chuang 2021 (whose confident joint it replaces on hard tasks)
 */
export function labelNoise(references: readonly Anchors[], current: Anchors): LabelNoise {
  if (current.kind === 'insufficient') return { ...current, because: 'too few labelled rows in the slice' }
  const trusted = references.filter((slice) => slice.kind === 'measured')
  if (trusted.length === 0) {
    const haveRows = references.reduce(
      (most, slice) => Math.max(most, slice.kind === 'measured' ? 0 : slice.haveRows),
      0,
    )
    const needRows = references[0]?.kind === 'insufficient' ? references[0].needRows : 1
    return { kind: 'insufficient', haveRows, needRows, because: 'no reference slice with enough labelled rows' }
  }
  const kept = current.classes.map((_, c) => median(trusted.map((slice) => keptShare(slice.classes[c] as ClassAnchor))))
  const now = flippedShare(current, kept)
  if (now === null) {
    const because = 'the labels of the reference cannot be predicted well enough to tell noise'
    return { kind: 'insufficient', haveRows: current.rows, needRows: current.rows, because }
  }
  const before: number[] = []
  for (const slice of trusted) {
    const share = flippedShare(slice, kept)
    if (share !== null) before.push(share.value)
  }
  const mean = before.reduce((sum, share) => sum + share, 0) / before.length
  return {
    kind: 'measured',
    reference: Math.max(0, mean),
    current: now.value,
    standardError: Math.max(now.standardError, spread(before)),
    rows: current.rows,
  }
}

/** ε of one slice with its sampling error, given what each class's anchor keeps of its prior when labels are clean. */
function flippedShare(slice: Measured, kept: readonly number[]): { value: number; standardError: number } | null {
  const classes = kept.map((ratio, c) => estimate(slice, slice.classes[c] as ClassAnchor, ratio))
  const sharp = classes.filter((one) => one.kept <= SHARP)
  if (sharp.length >= 2) {
    const variance = sharp.reduce((sum, one) => sum + one.standardError ** 2, 0)
    const value = sharp.reduce((sum, one) => sum + one.value, 0) / sharp.length
    return { value, standardError: Math.sqrt(variance) / sharp.length }
  }
  const common = kept.length === 2 ? classes : classes.filter((one) => one.prior >= 1 / (2 * kept.length))
  const usable = common.filter((one) => one.kept <= BLUNT)
  const [sharpest] = usable.sort((a, b) => a.kept - b.kept)
  if (sharpest === undefined) return null
  let speaker = sharpest
  for (const other of usable) if (isPurer(other, speaker, slice.anchorRows)) speaker = other
  // Flips at rate ε leave no class purer than ε, so the purest anchor of all, a blunt one too, bounds ε from above.
  const bound = (kept.length - 1) * Math.min(...common.map((one) => one.rate))
  return { value: Math.min(speaker.value, bound), standardError: speaker.standardError }
}

/** Whether the anchor of `a` is purer than that of `b` by more than chance (2 standard errors of the difference). */
function isPurer(a: { rate: number }, b: { rate: number }, anchorRows: number): boolean {
  const both = (a.rate * (1 - a.rate) + b.rate * (1 - b.rate)) / anchorRows
  return b.rate - a.rate > 2 * Math.sqrt(both)
}

function estimate({ anchorRows, classes }: Measured, { prior, rate }: ClassAnchor, kept: number) {
  const factor = (classes.length - 1) / Math.max(1e-9, 1 - kept)
  const smoothed = (rate * anchorRows + 1) / (anchorRows + 2)
  const standardError = factor * Math.sqrt((smoothed * (1 - smoothed)) / anchorRows)
  return { value: factor * (rate - kept * prior), standardError, prior, rate, kept }
}

function keptShare({ prior, rate }: ClassAnchor): number {
  return prior === 0 ? 1 : Math.min(1, rate / prior)
}

/** Robust standard deviation, 1.4826 × the median absolute deviation; 0 below 8 values, which say nothing of it. */
function spread(values: readonly number[]): number {
  if (values.length < 8) return 0
  const middle = median(values)
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2
}
