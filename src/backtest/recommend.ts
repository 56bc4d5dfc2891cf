import { studentBlocks } from '../stats/interval/student-blocks.ts'
import type { PlayedPolicy, PolicyFigures } from './run.ts'

/** What the numbers say to do, and how sure they are. */
export interface Recommendation {
  readonly policy: string
  readonly because: string
}

/** Policies that cost next to nothing while nothing is to be gained: the first one played is preferred unless clearly beaten. */
const PREFERRED = ['avoidable-loss-since-change', 'avoidable-loss']

/** A smaller lead a window is no reason to prefer anything: the charge for watching alone is of that size. */
const LEAST_LEAD = 0.001

/**
 * Recommends one policy for one cost: the cheapest by loss and trainings; but where it does not beat the avoidable-loss
 * policy clearly over the windows, that one, for it was not picked among many by looking at the outcome. The
 * differences are paired by window, with Student's t over the online windows.
 *
 * @param at index of the cost in each policy's `byCost`
 */
export function recommend(played: readonly PlayedPolicy[], at: number, cost: number): Recommendation {
  const real = played.filter((policy) => !policy.isHindsight)
  const cheapest = real.reduce((a, b) => (perWindow(b, at, cost) < perWindow(a, at, cost) ? b : a))
  const preferred = PREFERRED.flatMap((id) => real.filter((policy) => policy.id === id))[0] ?? cheapest
  const lead = difference(preferred, cheapest, at, cost)
  const choice = cheapest.id !== preferred.id && lead.low > 0 && lead.mean > LEAST_LEAD ? cheapest : preferred
  const sentences = [headline(choice, at, cost)]
  if (cheapest.id !== choice.id) {
    const why = lead.low > 0 ? 'too little to matter' : `which ${counted(lead.windows)} cannot tell from nothing`
    // One of many periods tried is bound to look good: which one, nobody knew beforehand.
    const luck = cheapest.id.startsWith('periodic-') ? '; the best of several periods is known only afterwards' : ''
    sentences.push(`'${cheapest.id}' cost ${figure(lead)} less a window, ${why}${luck}`)
  }
  const never = real.find((policy) => policy.id === 'never')
  if (never !== undefined && never.id !== choice.id) sentences.push(againstNever(difference(never, choice, at, cost)))
  return { policy: choice.id, because: `${sentences.join('. ')}.` }
}

interface Difference {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly windows: number
}

function figuresAt(policy: PlayedPolicy, at: number): PolicyFigures {
  return policy.byCost[at] as PolicyFigures
}

function perWindow(policy: PlayedPolicy, at: number, cost: number): number {
  const { meanLoss, trained, probe, lossByWindow } = figuresAt(policy, at)
  return meanLoss + (cost * (trained.length + probe)) / lossByWindow.length
}

/** Cost a window of `a` less that of `b`, in loss. The trainings count as spread evenly over the windows. */
function difference(a: PlayedPolicy, b: PlayedPolicy, at: number, cost: number): Difference {
  const first = figuresAt(a, at)
  const second = figuresAt(b, at)
  const windows = first.lossByWindow.length
  const spent = (cost * (first.trained.length + first.probe - second.trained.length - second.probe)) / windows
  const paired = first.lossByWindow.map((loss, i) => loss - (second.lossByWindow[i] as number) + spent)
  if (windows < 2)
    return { mean: paired[0] ?? 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, windows }
  const { mean, interval } = studentBlocks(paired)
  return { mean, low: interval.low, high: interval.high, windows }
}

function headline(policy: PlayedPolicy, at: number, cost: number): string {
  const { trained, meanLoss } = figuresAt(policy, at)
  const often = trained.length === 1 ? '1 training' : `${trained.length} trainings`
  return `At a cost of ${cost} a training, '${policy.id}' needed ${often} for a mean loss of ${meanLoss.toFixed(4)}`
}

function againstNever(saved: Difference): string {
  if (saved.low > 0) return `Against never retraining it saved ${figure(saved)} loss a window, trainings counted`
  if (saved.high < 0)
    return `Never retraining would have been cheaper, by ${figure({ ...saved, mean: -saved.mean, low: -saved.high, high: -saved.low })} a window`
  return `Against never retraining the difference, ${figure(saved)} loss a window, cannot be told from nothing`
}

function counted(windows: number): string {
  return windows === 1 ? 'one window' : `these ${windows} windows`
}

/** One window has no spread, and so no interval. */
function figure({ mean, low, high, windows }: Difference): string {
  return windows < 2 ? mean.toFixed(4) : `${mean.toFixed(4)} (95 %: ${low.toFixed(4)} to ${high.toFixed(4)})`
}
