import { startLoop } from '../loop/state.ts'
import { startWatch } from '../watch/watch.ts'
import { atHand } from './at-hand.ts'
import type { FirstVersion, GatheringModel } from './gathering.ts'
import type { ClosedWindow, LivePorts } from './ports.ts'
import type { ModelShape } from './shape.ts'
import type { Turn } from './turn.ts'

interface Beginning {
  readonly shape: ModelShape
  readonly first: FirstVersion
  /** All that the first version is held against, in their order. */
  readonly windows: readonly ClosedWindow[]
}

/** The turn with which a model's life begins: its first version answers, and the loop hears of the windows after it. */
export async function beginLife(
  ports: LivePorts,
  { model, settings, life, now }: GatheringModel,
  { shape, first, windows }: Beginning,
): Promise<Turn> {
  const { version, ended } = first
  const newest = windows.at(-1)
  const toWindow = first.windows - 1
  const learned = ended?.learned ?? { rows: version.rows, toWindow, cutOffAt: version.cutOffAt }
  const labelledRows = windows.reduce((sum, window) => sum + (window.labelledRows ?? 0), 0)
  const { trainer } = settings.loop
  const began = startLoop(version.number, toWindow, newest?.end ?? null, {
    learned: { ...learned, toWindow },
    trainer: version.origin === 'trained' ? trainer : null,
    labelledRows,
  })
  const state = { ...began, nextRun: (ended?.run ?? 0) + 1 }
  const hand = atHand(ports, model, { settings, shape })
  const watched = await hand.watched(await hand.versionOf(state, version.number))
  return {
    model,
    revision: life.revision,
    now,
    policy: settings.policy,
    cursor: { ...life.cursor, nextWindow: first.windows, nextMatured: first.windows, nextObservation: 2 },
    life: {
      state,
      watch: { policy: settings.policy, state: startWatch(version.number, watched, settings.detectors) },
    },
    windows: [],
    observation: { kind: 'began', state },
    decisions: [],
    effects: [],
    first: { version: version.number, window: toWindow },
    heard: ended === null ? {} : { run: ended.run },
  }
}
