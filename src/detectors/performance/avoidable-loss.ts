import { z } from 'zod'
import { seededRng } from '../../base/rng.ts'
import { defineDetector, type WatchedVersion, type WindowView } from '../detector.ts'
import { patchBatch } from './patch/batch.ts'
import { learnPatchLayout, type PatchLayout } from './patch/layout.ts'
import { fillTables, type PatchState, startPatchTest, testThenFill } from './patch/patch-test.ts'
import { SIGNAL_Z } from './patch/signal.ts'

interface State {
  readonly layout: PatchLayout
  readonly test: PatchState
  readonly liveWindows: number
}

/** Share of a normal distribution within one standard error of its mean. */
const ONE_STANDARD_ERROR = 0.6827

/**
 * How much of the champion's loss could have been avoided on this window, had it known what the last few windows show?
 *
 * The patch test: counts of label by feature bin and score bin, taken from the windows before, override the champion
 * where they clearly know better; what that saves is measured on rows that the counts have not seen. Noise raises
 * everybody's loss and so shows nothing; a learnable change shows at once. A version's first live window only fills.
 *
 * Evidence: estimate g in loss per row (0/1 loss; squared error in warm-up variances) with g ± one standard error.
 */
export const avoidableLossDetector = defineDetector({
  id: 'avoidable-loss',
  title: 'Avoidable loss (patch test)',
  source: 'Keepfit, docs/deciding.md §1; cost model after Mahadevan & Mathioudakis 2024 and Regol et al. 2025',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('avoidable-loss'),
    minRows: z.int().min(1).max(1e6).default(20).describe('Fewer labelled rows in a window are not evidence. Rows.'),
    halves: z
      .boolean()
      .default(false)
      .describe('Test the second half of a window with the first half already counted (classes only).'),
  }),

  start(version) {
    const { task, training, seed } = version
    const layout = learnPatchLayout(training.features, training.labels, task, seededRng(seed))
    const classes = task.kind === 'regression' ? 0 : task.classes.length
    return { layout, test: startPatchTest(layout.cuts.length, classes), liveWindows: 0 } as State
  },

  recall(state, version, view) {
    return { ...state, test: fillTables(state.test, batchOf(state, version, view)) }
  },

  measure(state, version, view, config) {
    const batch = batchOf(state, version, view)
    const about = { detector: 'avoidable-loss', subject: 'loss', rows: batch.rows }
    if (batch.rows < config.minRows) {
      return { evidence: [{ kind: 'insufficient', ...about, needRows: config.minRows }], state }
    }
    const liveWindows = state.liveWindows + 1
    if (liveWindows === 1) {
      const filled: State = { ...state, test: fillTables(state.test, batch), liveWindows }
      return { evidence: [{ kind: 'insufficient', ...about, needRows: 2 * batch.rows }], state: filled }
    }
    const inHalves = config.halves && version.task.kind !== 'regression'
    const { state: test, estimate } = testThenFill(state.test, batch, inHalves)
    const next: State = { ...state, test, liveWindows }
    if (estimate === null)
      return { evidence: [{ kind: 'insufficient', ...about, needRows: config.minRows }], state: next }
    const reach = SIGNAL_Z * estimate.standardError
    return {
      evidence: [
        {
          kind: 'estimate',
          ...about,
          value: estimate.gap,
          interval: { low: estimate.gap - reach, high: estimate.gap + reach, level: ONE_STANDARD_ERROR },
          unit: 'loss per row',
          ...(estimate.previousGap === null ? {} : { previous: estimate.previousGap }),
        },
      ],
      state: next,
    }
  },
})

function batchOf(state: State, version: WatchedVersion, view: WindowView) {
  return patchBatch(version.task, view.features, view.labels, view.scores, state.layout, version.scale)
}
