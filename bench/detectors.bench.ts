/**
 * False alarms in 1,000 clean windows, and windows until a known change is heard, for every detector of the catalog at its
 * defaults: node bench/run.mjs detectors. Lives are those of the contract test (test/contract/worlds.ts): three numbers and
 * a colour, of which only x0 says something of the label; 500 rows a window.
 */
import type { Evidence } from '../src/base/evidence.ts'
import { type AnyDetector, detectors } from '../src/detectors/catalog.ts'
import type { WindowView } from '../src/detectors/detector.ts'
import { DETECTOR_TRIALS } from '../test/contract/detector-trials.ts'
import { type Life, startLife, trueLoss } from '../test/contract/worlds.ts'

const ROWS = 500
const TRAINING_ROWS = 5000
const LIVES = 50
const WINDOWS = 20
/** Clean windows before the change, and windows after which a change counts as never heard. */
const BEFORE = 10
const PATIENCE = 10

/** What a detector says of one window: when it closes, and when its labels have matured. */
function watcher(plugin: AnyDetector, life: Life): (view: WindowView) => readonly Evidence[] {
  const config = plugin.config.parse({ detector: plugin.id })
  let state = plugin.start(life.version, config)
  return (view) => {
    const unlabelled = { ...view, labels: new Float64Array(view.labels.length).fill(Number.NaN) }
    const seen = plugin.measure(state, life.version, plugin.reads === 'labels' ? view : unlabelled, config)
    const ended = plugin.mature?.(seen.state, life.version, view, config)
    state = (ended ?? seen).state
    return [...seen.evidence, ...(ended?.evidence ?? [])]
  }
}

interface Measured {
  readonly silent: number
  readonly falseAlarms: number
  readonly delays: readonly number[]
}

function measure(plugin: AnyDetector): Measured {
  const trial = DETECTOR_TRIALS[plugin.id]
  const [kind = 'binary'] = trial.kinds
  const truth = trueLoss(kind)
  let silent = 0
  let falseAlarms = 0
  const delays: number[] = []
  for (let seed = 0; seed < LIVES; seed++) {
    const life = startLife(kind, 90_000 + seed, TRAINING_ROWS)
    const clean = watcher(plugin, life)
    for (let window = 0; window < WINDOWS; window++) {
      const evidence = clean(life.view(window, ROWS))
      if (evidence.every((e) => e.kind === 'insufficient')) silent++
      else if (trial.isFalseAlarm(evidence, truth)) falseAlarms++
    }
    const changed = watcher(plugin, life)
    let heardAfter = Number.POSITIVE_INFINITY
    for (let window = 0; window < BEFORE + PATIENCE && heardAfter > PATIENCE; window++) {
      const evidence = changed(life.view(100 + window, ROWS, window < BEFORE ? 'none' : trial.shift))
      if (window >= BEFORE && trial.hears(evidence, 100 + BEFORE)) heardAfter = window - BEFORE + 1
    }
    delays.push(heardAfter)
  }
  return { silent, falseAlarms, delays: delays.sort((a, b) => a - b) }
}

const CHANGES: Readonly<Record<string, string>> = {
  features: 'x0 one sd higher',
  concept: 'x0 means the opposite',
  slice: 'the same, for red only',
  calibration: 'x0 means .3 as much',
  nulls: 'x1 missing in 40 %',
  unit: 'x1 × 1000',
  constant: 'x1 stands still',
  range: 'x1 at 50 in 5 %',
  correlation: 'x1 follows x0',
  category: 'a third of a new colour',
  lost: 'a colour is gone',
}

const shown = (windows: number | undefined) => (windows === undefined || windows > PATIENCE ? 'never' : String(windows))
const lines = [
  '# Every detector: false alarms and delay',
  '',
  '`node bench/run.mjs detectors > bench/detectors.md` prints this page.',
  '',
  `Lives as in the contract test: three numbers and a colour, only x0 says something of the label. ${TRAINING_ROWS.toLocaleString('en-US')} rows`,
  `learned from, ${ROWS} rows a window, every detector at its defaults. False alarms: of ${LIVES * WINDOWS} windows in which nothing changed`,
  '(of estimates: that the true value lies outside the interval, or that the estimate was found off when labels landed).',
  `Delay: windows from a change after ${BEFORE} clean ones until it is heard, median and 90 % of ${LIVES} lives, *never* beyond ${PATIENCE}.`,
  'The changes are large, so that a delay says how many windows a method needs at all, not how small a change it hears: for that see',
  'bench/error-streams.md, bench/tests-level-power.md and bench/decision-quality.md. *Without evidence*: the detector is warming up, or',
  'has nothing to say (change-point: no change stands out). Days here are alike; where days differ, expect more (docs/deciding.md, bench/patch-test.md). The methods on the stream of',
  'losses are measured row by row in bench/error-streams.md; here they read windows.',
  '',
  '| detector | clean windows without evidence | false alarms in 1,000 clean windows | change | delay, median · 90 % |',
  '|---|---|---|---|---|',
]
for (const plugin of detectors.all) {
  const { silent, falseAlarms, delays } = measure(plugin)
  const rate = Math.round((1000 * falseAlarms) / (LIVES * WINDOWS))
  const [median, late] = [delays[Math.floor(0.5 * LIVES)], delays[Math.floor(0.9 * LIVES)]]
  const change = CHANGES[DETECTOR_TRIALS[plugin.id].shift] ?? '–'
  lines.push(`| ${plugin.id} | ${silent} | ${rate} | ${change} | ${shown(median)} · ${shown(late)} |`)
  console.error(lines.at(-1))
}
console.log(lines.join('\n'))
