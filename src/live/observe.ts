import { assert } from '../base/assert.ts'
import { profileRows } from '../data/profile.ts'
import { defaultRowLoss, lossesInUnits } from '../data/row-losses.ts'
import type { WindowRows } from '../data/window-rows.ts'
import type { WindowView } from '../detectors/detector.ts'
import type { Observation } from '../loop/observation.ts'
import type { LoopState, Pending } from '../loop/state.ts'
import { pairedSums } from '../stats/paired-rows.ts'
import { type WatchState, watchWindow } from '../watch/watch.ts'
import type { AtHand } from './at-hand.ts'
import { performanceOn } from './performance.ts'
import type { WindowNews } from './turn.ts'
import type { Span } from './windows.ts'

/** What one look at the stream gives: something to tell the loop, and what the detectors remember of it. */
export interface Seen {
  readonly observation: Observation
  readonly watch: WatchState
  readonly windows: readonly WindowNews[]
}

/** A window that closed: summarised once, held against the contract, shown to the detectors without any label. */
export async function windowClosed(
  hand: AtHand,
  life: { readonly state: LoopState; readonly watch: WatchState },
  window: number,
  span: Span,
): Promise<Seen> {
  const { memory, shape, inspector } = hand
  const { state } = life
  const rows = await hand.ports.rows(hand.model, { ...span, schema: shape.schema, labels: 'none' })
  const profile = profileRows(rows.features, shape.layout)
  memory.keep({ ...span, number: window, rows: rows.ids.length, profile, maturedSeq: null, labelledRows: null }, rows)
  const live = await hand.versionOf(state, state.live.version)
  const reads = inspector.willRead('rows', window, live.learned, state.quarantined)
  await memory.loadWindows(reads.profiles)
  await memory.loadRows(reads.rows)
  const { unchecked, ...held } = inspector.rows(window, live.learned, state.quarantined)
  const view = await viewOf(hand, state.live.version, window, rows)
  const seen = watchWindow(life.watch, await hand.watched(live), view, 'features')
  return {
    observation: {
      kind: 'window-closed',
      window,
      now: span.end,
      evidence: [...unchecked, ...seen.evidence],
      ...held,
    },
    watch: seen.state,
    windows: [{ ...span, number: window, rows: rows.ids.length, profile }],
  }
}

/** A window whose labels have matured: inspected, and, where it passes, shown to the detectors with its labels. */
export async function labelsMatured(
  hand: AtHand,
  life: { readonly state: LoopState; readonly watch: WatchState },
  window: number,
  when: { readonly now: number; readonly upToSeq: number },
): Promise<Seen> {
  const { memory, shape, inspector, settings } = hand
  const { state } = life
  await memory.loadWindows([window])
  const closed = memory.window(window)
  assert(closed !== undefined, `window ${window} of '${hand.model}' matured before it closed`)
  const { start, end } = closed
  const labels = { upToSeq: when.upToSeq, absentAs: settings.labels.absentMeans }
  const rows = await hand.ports.rows(hand.model, { start, end, schema: shape.schema, labels })
  const labelledRows = rows.labels.reduce((count, label) => (Number.isNaN(label) ? count : count + 1), 0)
  // Rows that came late are learned from, but the window's summary stays what it was when it closed.
  memory.keep({ ...closed, maturedSeq: when.upToSeq, labelledRows }, rows)
  const live = await hand.versionOf(state, state.live.version)
  const reads = inspector.willRead('labels', window, live.learned, state.quarantined)
  await memory.loadWindows(reads.profiles)
  await memory.loadRows(reads.rows)
  const { unchecked, ...held } = inspector.labels(window, live.learned, state.quarantined)
  const view = await viewOf(hand, state.live.version, window, rows)
  const isQuarantined = held.breaches.length > 0 || state.quarantined.includes(window)
  const seen = isQuarantined
    ? { evidence: [], state: life.watch }
    : watchWindow(life.watch, await hand.watched(live), view, 'labels')
  const performance = performanceOn(shape.schema.task, rows, { version: state.live.version, scores: view.scores })
  return {
    observation: {
      kind: 'labels-matured',
      window,
      now: when.now,
      evidence: [...unchecked, ...seen.evidence],
      labelledRows,
      ...held,
    },
    watch: seen.state,
    windows: [
      { start, end, number: window, rows: closed.rows, matured: { seq: when.upToSeq, labelledRows, performance } },
    ],
  }
}

/** The versions that the loop asked for, held against the live one on the rows of the window that it asked about. */
export async function comparisonsFor(hand: AtHand, state: LoopState, pending: Pending): Promise<Observation> {
  const { purpose, window } = pending
  await hand.memory.loadRows([window])
  const rows = hand.memory.rows(window)
  const { task } = hand.shape.schema
  const terms = { task, loss: defaultRowLoss(task), scale: hand.shape.scale }
  const lossesOf = async (version: number) => lossesInUnits(terms, rows.labels, await hand.scores(version, rows))
  const live = await lossesOf(state.live.version)
  const comparisons = []
  for (const version of askedVersions(state, pending, hand.settings.loop.reusePool)) {
    // Where more are to be reused than before, what was thrown away by then stays away.
    if (purpose === 'reuse' && (await hand.ports.version(hand.model, version)).isCollected) continue
    comparisons.push({ version, ...pairedSums(live, await lossesOf(version)) })
  }
  return { kind: 'compared', purpose, window, comparisons }
}

/** The same versions that the effect `compare` named: it says nothing that the saved state does not. */
function askedVersions(state: LoopState, { purpose }: Pending, reusePool: number): readonly number[] {
  if (purpose === 'reuse') return state.retired.slice(0, reusePool)
  return state.probation === null ? [] : [state.probation.predecessor]
}

/** A window through the eyes of a version. */
export async function viewOf(hand: AtHand, version: number, window: number, rows: WindowRows): Promise<WindowView> {
  return {
    window,
    profile: hand.memory.profile(window),
    features: rows.features,
    labels: rows.labels,
    scores: await hand.scores(version, rows),
  }
}
