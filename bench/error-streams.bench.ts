// node bench/run.mjs error-streams [PYTHON]   measures every table of bench/error-streams.md. PYTHON: one that has river
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { seededRng } from '../src/base/rng.ts'
import { type AnyDetector, detectors } from '../src/detectors/catalog.ts'
import type { WatchedVersion } from '../src/detectors/detector.ts'
import { type AdwinState, adwin } from '../src/stats/sequential/adwin.ts'
import type { ErrorStreamState } from '../src/stats/sequential/error-stream.ts'
import { lossStream, type Piece, STREAM_METHODS, type StreamCase, spokenAt } from '../test/golden/error-streams.ts'

const IDS = [
  'adwin',
  'page-hinkley',
  'cusum',
  'ddm',
  'eddm',
  'hddm-a',
  'hddm-w',
  'fhddm',
  'seed',
  'stepd',
  'ewma',
  'kswin',
] as const
const CLASSES = { task: { kind: 'binary', classes: ['no', 'yes'] }, scale: 1, seed: 42 } as unknown as WatchedVersion

/** A method with the options that its detector hands it by default. */
function atDefaults(id: string): StreamCase {
  const detector: AnyDetector = detectors.get(id)
  const life = detector.start(CLASSES, detector.config.parse({ detector: id })) as { method: { options: unknown } }
  const method = STREAM_METHODS[id]?.(life.method.options)
  if (method === undefined) throw new Error(`no method is called ${id}`)
  return method
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

function head(...cells: readonly string[]): string {
  return `\n${row(...cells)}\n${row(...cells.map(() => '---'))}`
}

// (a) speed

const RIVER_SPEED = `
import json, time
from river import drift
import sys
sys.path.insert(0, sys.argv[1])
import streams
g = streams.Stream(1)
xs = [1 if g.uniform() < 0.1 else 0 for _ in range(30000)]
make = {'adwin': drift.ADWIN, 'page-hinkley': lambda: drift.PageHinkley(mode='up'), 'ddm': drift.binary.DDM, 'eddm': drift.binary.EDDM,
        'hddm-a': drift.binary.HDDMA, 'hddm-w': drift.binary.HDDMW, 'fhddm': drift.binary.FHDDM, 'kswin': drift.KSWIN}
out = {}
for name, of in make.items():
    few = xs[:3000] if name == 'kswin' else xs
    best = 1e9
    for _ in range(1 if name == 'kswin' else 3):
        d = of(); t = time.process_time()
        for x in few: d.update(x)
        best = min(best, time.process_time() - t)
    out[name] = best / len(few) * 1e9
print(json.dumps(out))
`

function riverNanoseconds(python: string | undefined): Readonly<Record<string, number>> {
  if (python === undefined) return {}
  const golden = new URL('../test/golden/', import.meta.url).pathname
  return JSON.parse(execFileSync(python, ['-B', '-c', RIVER_SPEED, golden], { encoding: 'utf8' }))
}

const ROUNDS = 5

/** Processor time of the fastest of some passes: other work on the machine must not count. */
function nanoseconds(method: StreamCase, losses: Float64Array): number {
  let best = Number.POSITIVE_INFINITY
  for (let pass = 0; pass < 7; pass++) {
    const state = method.start()
    const before = process.cpuUsage()
    for (let round = 0; round < ROUNDS; round++) spokenAt(method, losses, state)
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
  }
  return (best * 1000) / (ROUNDS * losses.length)
}

function speed(python: string | undefined): void {
  const river = riverNanoseconds(python)
  console.log(head('method', 'million updates a second', 'ns an update', 'river, ns an update', 'times as fast'))
  for (const id of IDS) {
    const losses = lossStream(1, [[id === 'kswin' ? 30_000 : 1_000_000, 0.1, 0.1]])
    const ns = nanoseconds(atDefaults(id), losses)
    const theirs = river[id]
    const compared = theirs === undefined ? ['–', '–'] : [theirs.toFixed(0), (theirs / ns).toFixed(0)]
    console.log(row(id, (1000 / ns).toFixed(1), ns.toFixed(1), ...compared))
  }
}

// (b) equality with recorded detections

interface Recorded {
  readonly versions: { readonly river: string }
  readonly length: number
  readonly streams: Readonly<
    Record<
      string,
      {
        readonly seed: number
        readonly sum: number
        readonly detections: Readonly<
          Record<
            string,
            { drift: number[]; trace_index_width_estimation_variance?: [number, number, number, number][] }
          >
        >
      }
    >
  >
}

/** The six recorded streams; a level that changes gradually rises by 1/2000 of the way with each row. */
const PIECES: Readonly<Record<string, readonly Piece[]>> = {
  bernoulli_abrupt: [
    [5000, 0.1, 0.1],
    [5000, 0.3, 0.3],
  ],
  bernoulli_stationary: [[10_000, 0.1, 0.1]],
  bernoulli_recurring: [0, 1, 2, 3, 4].map((k): Piece => [2000, k % 2 ? 0.3 : 0.1, k % 2 ? 0.3 : 0.1]),
  numeric_variance: [
    [5000, 0, 0, 1],
    [5000, 0, 0, 3],
  ],
  numeric_mean: [
    [5000, 0, 0, 1],
    [5000, 0.5, 0.5, 1],
  ],
}

/** Written out, as the order of the operations decides the last bit of the level. */
function gradual(seed: number): Float64Array {
  const rng = seededRng(seed)
  const level = (i: number) => (i < 4000 ? 0.1 : i < 6000 ? 0.1 + (0.2 * (i - 4000)) / 2000 : 0.3)
  return Float64Array.from({ length: 10_000 }, (_, i) => (rng() < level(i) ? 1 : 0))
}

const ADWIN = { delta: 0.002, clock: 32, maxBuckets: 5, minSideRows: 5, graceRows: 10 }
const PAGE_HINKLEY = { warmUpRows: 30, tolerance: 0.005, memory: 0.9999 }
const AS_RECORDED: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> = {
  ADWIN: ['adwin', ADWIN],
  PageHinkley: ['page-hinkley', { ...PAGE_HINKLEY, threshold: 50, isTwoSided: true }],
  PageHinkley_t20: ['page-hinkley', { ...PAGE_HINKLEY, threshold: 20, isTwoSided: false }],
  KSWIN_mulberry: ['kswin', { alpha: 0.005, windowRows: 100, recentRows: 30, seed: 42 }],
  DDM: ['ddm', { warmUpRows: 30, deviations: 3 }],
  EDDM: ['eddm', { warmUpErrors: 30, share: 0.9 }],
  HDDM_A: ['hddm-a', { confidence: 0.001, isTwoSided: false }],
  HDDM_A_two_sided: ['hddm-a', { confidence: 0.001, isTwoSided: true }],
  HDDM_W: ['hddm-w', { confidence: 0.001, weight: 0.05, isTwoSided: false }],
  HDDM_W_two_sided: ['hddm-w', { confidence: 0.001, weight: 0.05, isTwoSided: true }],
  FHDDM: ['fhddm', { windowRows: 100, confidence: 1e-6 }],
}

function equality(): void {
  const at = new URL('../../shared/reference/golden/golden_river.json', import.meta.url)
  if (!existsSync(at)) return console.log('\n(no recorded detections beside this folder)')
  const { streams, versions } = JSON.parse(readFileSync(at, 'utf8')) as Recorded
  console.log(`\nRecorded with river ${versions.river}.`)
  console.log(head('recorded detector', ...Object.keys(streams)))
  for (const [name, [id, options]] of Object.entries(AS_RECORDED)) {
    const cells = Object.entries(streams).map(([stream, { seed, detections }]) => {
      const wanted = detections[name]
      if (wanted === undefined) return '–'
      const errors = stream === 'bernoulli_gradual' ? gradual(seed) : lossStream(seed, PIECES[stream] ?? [])
      // The recorded FHDDM was fed errors, but reads what it is fed as hits.
      const losses = id === 'fhddm' ? errors.map((x) => 1 - x) : errors
      const found = STREAM_METHODS[id] === undefined ? [] : spokenAt(STREAM_METHODS[id](options), losses)
      const isSame = JSON.stringify(found) === JSON.stringify(wanted.drift)
      const traces = wanted.trace_index_width_estimation_variance ?? []
      const isTraced = traces.every((trace) => isSameTrace(losses, trace))
      return `${isSame && isTraced ? 'yes' : 'NO'} (${wanted.drift.length}${traces.length > 0 ? ', traced' : ''})`
    })
    console.log(row(name, ...cells))
  }
}

function isSameTrace(losses: Float64Array, [index, ...wanted]: [number, number, number, number]): boolean {
  const state: AdwinState = adwin.start(ADWIN)
  for (let i = adwin.next(state, losses.subarray(0, index + 1), 0); i >= 0; ) {
    i = adwin.next(state, losses.subarray(0, index + 1), i + 1)
  }
  return JSON.stringify([state.width, state.total / state.width, state.squares]) === JSON.stringify(wanted)
}

// (c) what it costs and what it hears

const WINDOW_ROWS = 500
const WINDOWS = 20
const LIVES = 50
const CHANGED_LIVES = 200
const CLEAN_ROWS = 2000
const PATIENCE_ROWS = 5000

/** Rises that the method says, by index. */
function rises(method: StreamCase, losses: Float64Array, state: ErrorStreamState = method.start()): number[] {
  const found: number[] = []
  for (let at = method.next(state, losses, 0); at >= 0; at = method.next(state, losses, at + 1)) {
    if (state.alarm === 'rise') found.push(at)
  }
  return found
}

function falseAlarms(method: StreamCase): number {
  let windows = 0
  for (let life = 0; life < LIVES; life++) {
    const losses = lossStream(10_000 + life, [[WINDOW_ROWS * WINDOWS, 0.1, 0.1]])
    windows += new Set(rises(method, losses).map((at) => Math.floor(at / WINDOW_ROWS))).size
  }
  return (1000 * windows) / (LIVES * WINDOWS)
}

function delay(method: StreamCase, rate: number): string {
  const delays = Array.from({ length: CHANGED_LIVES }, (_, life) => {
    const losses = lossStream(20_000 + life, [
      [CLEAN_ROWS, 0.1, 0.1],
      [PATIENCE_ROWS, rate, rate],
    ])
    const heard = rises(method, losses).find((at) => at >= CLEAN_ROWS)
    return heard === undefined ? Number.POSITIVE_INFINITY : heard - CLEAN_ROWS + 1
  }).sort((a, b) => a - b)
  const at = (q: number) => delays[Math.floor(q * CHANGED_LIVES)] ?? Number.POSITIVE_INFINITY
  const text = (x: number) => (Number.isFinite(x) ? `${x}` : 'never')
  const missed = delays.filter((d) => !Number.isFinite(d)).length
  return `${text(at(0.5))} · ${text(at(0.9))}${missed > 0 ? ` (${missed} of ${CHANGED_LIVES} never)` : ''}`
}

function sense(): void {
  const shown = 'delay in rows, median · 90 %'
  console.log(head('method', 'windows with a false alarm, of 1,000', `.1 → .2: ${shown}`, `.1 → .3: ${shown}`))
  for (const id of IDS) {
    const method = atDefaults(id)
    console.log(row(id, falseAlarms(method).toFixed(0), delay(method, 0.2), delay(method, 0.3)))
  }
}

speed(process.argv[3])
equality()
sense()
