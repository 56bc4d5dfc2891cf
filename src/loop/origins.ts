import { assert } from '../base/assert.ts'
import type { Learned, Origin } from '../base/training.ts'
import type { ActiveRun, LoopState, VersionOrigin } from './state.ts'

/** Where a version comes from. Of the live version and the retired ones it is always known. */
export function originOf(state: LoopState, version: number): Origin {
  const found = state.origins.find((origin) => origin.version === version)
  assert(found !== undefined, `nobody remembers where version ${version} comes from`)
  const { rows, toWindow, cutOffAt, trainer } = found
  return { rows, toWindow, cutOffAt, trainer }
}

/** The origins with that of a version that was trained just now, without those of versions nobody will ask about. */
export function withOrigin(
  state: LoopState,
  version: number,
  run: ActiveRun,
  learned: Learned | undefined,
): readonly VersionOrigin[] {
  const { plan, trainer } = run
  // A run that cannot say what it learned from did not learn from anything newer than it was told to.
  const known = learned ?? { rows: null, toWindow: plan.toWindow - plan.holdOutWindows, cutOffAt: null }
  const proposed = (state.proposal ?? []).flatMap((effect) => (effect.kind === 'serve' ? [effect.version] : []))
  const asked = new Set([state.live.version, ...state.retired, ...proposed])
  return [{ version, ...known, trainer }, ...state.origins.filter((o) => asked.has(o.version) && o.version !== version)]
}
