import type { z } from 'zod'
import type { Evidence } from '../../../base/evidence.ts'
import type { ErrorStreamMethod, ErrorStreamState } from '../../../stats/sequential/error-stream.ts'
import { type Detector, defineDetector, type WatchedVersion } from '../../detector.ts'
import { labelledLosses, NO_SPLIT, SPLIT_ROWS, type SplitState, splitLosses } from './loss-stream.ts'

/** What tells one error-stream detector from another. */
export interface ErrorStreamPlugin<
  Id extends string,
  Config extends z.ZodType,
  Options,
  State extends ErrorStreamState,
> {
  readonly id: Id
  readonly title: string
  readonly source: string
  readonly config: Config
  readonly method: ErrorStreamMethod<Options, State>
  readonly options: (config: z.output<Config>, seed: number) => Options
  /** Whether alarms other than a rise count; default no. */
  readonly countsAll?: (config: z.output<Config>) => boolean
}

/** What is kept between windows: the method's own state, and how losses of values are split. */
export interface StreamLife<State> {
  readonly method: State
  readonly split: SplitState
}

/** One alarm is enough: these methods speak by themselves, a window only counts how often. */
const ALARMS = 1

/**
 * A detector that reads the live version's losses one by one, row after row, over all its windows.
 *
 * Evidence: a distance about `loss` in alarms: how often in this window the method said that the loss rose; it alarms at
 * 1. The method begins anew after each alarm, and when a version comes back. Losses are 0/1 for classes; for values absolute
 * errors in units of the warm-up target's standard deviation, or, for methods that read 0 and 1 only, whether they exceed the
 * median of the first 100. Insufficient in windows without a label, and in those all of whose rows went into the method's
 * warm-up.
 */
export function errorStreamDetector<
  const Id extends string,
  Config extends z.ZodType,
  Options,
  State extends ErrorStreamState,
>(plugin: ErrorStreamPlugin<Id, Config, Options, State>): Detector<Id, Config, StreamLife<State>> {
  const { method } = plugin
  return defineDetector<Id, Config, StreamLife<State>>({
    id: plugin.id,
    title: plugin.title,
    source: plugin.source,
    reads: 'labels',
    config: plugin.config,
    start: (version, config) => ({ method: method.start(plugin.options(config, version.seed)), split: NO_SPLIT }),

    measure(before, version, view, config) {
      const labelled = labelledLosses(version, view)
      const fed = isSplit(version, method)
        ? splitLosses(before.split, labelled)
        : { state: before.split, losses: labelled }
      const state = structuredClone(before.method)
      const seen = countAlarms(method, state, fed.losses, plugin.countsAll?.(config) ?? false)
      const after = { method: state, split: fed.state }
      const about = { detector: plugin.id, subject: 'loss' }
      const evidence: Evidence = seen.hasListened
        ? distance({ ...about, rows: labelled.length }, seen.alarms)
        : { kind: 'insufficient', ...about, ...lack(after, method, version, labelled.length) }
      return { evidence: [evidence], state: after }
    },
  })
}

function isSplit({ task }: WatchedVersion, { losses }: { readonly losses: '0/1' | 'any' }): boolean {
  return task.kind === 'regression' && losses === '0/1'
}

function distance(about: { detector: string; subject: string; rows: number }, alarms: number): Evidence {
  return { kind: 'distance', ...about, value: alarms, unit: 'alarms', threshold: ALARMS, alarm: alarms >= ALARMS }
}

/** Feeds `state`; whether any loss met a method that was past its warm-up. */
function countAlarms<Options, State extends ErrorStreamState>(
  method: ErrorStreamMethod<Options, State>,
  state: State,
  losses: Float64Array,
  countsAll: boolean,
): { alarms: number; hasListened: boolean } {
  let alarms = 0
  let hasListened = false
  for (let from = 0; from < losses.length; ) {
    const at = method.next(state, losses, from)
    hasListened ||= at >= 0 || method.warmUpLeft(state) === 0
    if (at < 0) break
    if (state.alarm === 'rise' || countsAll) alarms++
    from = at + 1
  }
  return { alarms, hasListened }
}

function lack<Options, State extends ErrorStreamState>(
  { method: state, split }: StreamLife<State>,
  method: ErrorStreamMethod<Options, State>,
  version: WatchedVersion,
  labelled: number,
): { rows: number; needRows: number; because: string } {
  if (labelled === 0) return { rows: 0, needRows: 1, because: 'no row of this window has a label' }
  if (isSplit(version, method) && split.median === null) {
    const because = `the median of the first ${SPLIT_ROWS} errors tells small from large`
    return { rows: split.early.length, needRows: SPLIT_ROWS, because }
  }
  const needRows = state.rows + Math.max(1, method.warmUpLeft(state))
  return { rows: state.rows, needRows, because: `${method.id} is warming up` }
}
