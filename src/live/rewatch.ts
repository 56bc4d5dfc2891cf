import type { Effect } from '../loop/effect.ts'
import type { LoopState } from '../loop/state.ts'
import { startWatch, type WatchState } from '../watch/watch.ts'
import type { AtHand } from './at-hand.ts'
import { viewOf } from './observe.ts'
import type { SavedLife } from './turn.ts'

/** Newest windows whose rows fill the memory of a version that comes back. */
const RECALLED_WINDOWS = 4

/** The detectors' state, begun anew where a new policy has chosen other detectors. */
export async function watchNow(
  hand: AtHand,
  { state, watch, cursor }: Extract<SavedLife, { phase: 'living' }>,
): Promise<WatchState> {
  const same = JSON.stringify(watch.state.running.map(({ config }) => config))
  if (watch.policy === hand.settings.policy || same === JSON.stringify(hand.settings.detectors)) return watch.state
  return rewatched(hand, state, cursor.nextMatured - 1)
}

/** The detectors' state after the loop has answered: begun anew where another version serves from now on. */
export async function watchAfter(
  hand: AtHand,
  {
    state,
    effects,
    watch,
  }: { readonly state: LoopState; readonly effects: readonly Effect[]; readonly watch: WatchState },
): Promise<WatchState> {
  const serve = effects.findLast((effect) => effect.kind === 'serve')
  if (serve === undefined) return watch
  if (serve.reason !== 'promoted') return rewatched(hand, state, serve.window)
  const version = await hand.versionOf(state, serve.version)
  return startWatch(serve.version, await hand.watched(version), hand.settings.detectors)
}

/** What the live version would have said of the newest windows since its training fills the detectors that remember. */
async function rewatched(hand: AtHand, state: LoopState, newest: number): Promise<WatchState> {
  const version = await hand.versionOf(state, state.live.version)
  const trainedTo = version.learned.at(-1) ?? -1
  const past: number[] = []
  for (let window = newest; window > trainedTo && past.length < RECALLED_WINDOWS; window--)
    if (!state.quarantined.includes(window)) past.unshift(window)
  await hand.memory.loadRows(past)
  const views = []
  for (const window of past) views.push(await viewOf(hand, version.number, window, hand.memory.rows(window)))
  return startWatch(version.number, await hand.watched(version), hand.settings.detectors, views)
}
