/**
 * How long `keepfit check` and other tools take from two Parquet files to a verdict; writes check-speed.md.
 *
 *   node bench/check-speed.mjs [--venvs DIR] [--quick] [--full] [--files DIR]
 *
 * --quick: a fiftieth of the rows, to see that it runs. --full: also Evidently on the largest file, which takes minutes.
 * --files: where the files of the comparison are kept; default a temporary folder, deleted at the end. About 9 GB of disk.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ENV, HERE, pythonOf, ROOT, TOOLS, versionsOf } from './peers/python-tools.mjs'

const { values } = parseArgs({
  options: {
    venvs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    files: { type: 'string' },
  },
})
const KEEPFIT = 'Keepfit'
const POLARS = 'polars PSI pass'
const FAST = [KEEPFIT, POLARS, 'DuckDB PSI pass', 'SciPy, p < .05']
const SLOW = ['NannyML, any chunk', 'deepchecks', 'whylogs', 'Evidently']
const REPEATS = 3
const WARM_SECONDS = 20
const QUIET_LOAD = 1.5
/** More than a measured process can account for on two cores. */
const BUSY_LOAD = 3
const shrink = values.quick ? 50 : 1
const FILES = [
  { name: '1,000,000 × 50 numeric', rows: 1_000_000, numeric: 50, categories: 0 },
  { name: '100,000 × 50 mixed', rows: 100_000, numeric: 35, categories: 15 },
  { name: '356,000 × 100 mixed', rows: 356_000, numeric: 70, categories: 30 },
]
const LADDERS = [
  { what: 'rows', steps: [250_000, 500_000, 1_000_000, 2_000_000].map((rows) => ({ rows, numeric: 50 })) },
  { what: 'columns', steps: [25, 50, 100].map((numeric) => ({ rows: 500_000, numeric })) },
]
const LARGEST = { rows: 3_000_000, numeric: 100 }
const MOST_MEMORY = 2e9
const folder = values.files ?? join(tmpdir(), `keepfit-check-speed-${process.pid}`)
const log = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

function make({ rows, numeric, categories = 0 }) {
  const shape = [Math.ceil(rows / shrink), numeric, categories]
  const pair = ['reference', 'current'].map((side) => join(folder, `${shape.join('-')}-${side}.parquet`))
  for (const [i, path] of pair.entries()) {
    if (existsSync(path)) continue
    const args = [join(HERE, 'make_speed.py'), path, ...shape, i + 1, ...(i === 1 ? ['drift'] : [])].map(String)
    const run = spawnSync(pythonOf('fast', values.venvs), args, { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(run.stderr)
  }
  return pair
}

/** A fresh process: its wall time, its peak memory, and the time of the work alone, files read included. */
function once(tool, pair) {
  const input = join(folder, 'pair.json')
  writeFileSync(input, JSON.stringify(pair))
  const { venv, module } = TOOLS[tool] ?? {}
  const command =
    tool === KEEPFIT
      ? ['-', process.execPath, join(ROOT, 'bin', 'keepfit'), 'check', ...pair, '--json']
      : [input, pythonOf(venv, values.venvs), join(HERE, 'run.py'), module]
  const python = pythonOf('fast', values.venvs)
  const run = spawnSync(python, [join(HERE, 'measured.py'), ...command], {
    encoding: 'utf8',
    env: ENV,
    maxBuffer: 2 ** 28,
  })
  if (run.status !== 0) throw new Error(run.stderr)
  const { seconds, peak, code, out, err } = JSON.parse(run.stdout)
  if (code > (tool === KEEPFIT ? 1 : 0)) throw new Error(`${tool}: ${err}`)
  const answer = tool === KEEPFIT ? {} : JSON.parse(out)
  if (answer.error !== undefined) throw new Error(`${tool}: ${answer.error}`)
  return { seconds, peak, inside: answer.seconds }
}

/** Milliseconds of the second of two checks in one process: compiled, its library loaded. */
function keepfitInside(pair) {
  const run = spawnSync(process.execPath, [join(HERE, 'keepfit-inside.mjs'), ...pair], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return Number(run.stdout)
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

/** Once to warm up and the median of three; what takes long runs once. */
function measure(tool, pair, { isOnce = false } = {}) {
  const load = loadavg()[0]
  const first = once(tool, pair)
  const runs = [first]
  if (!isOnce && first.seconds < WARM_SECONDS) {
    runs.pop()
    for (let i = 0; i < REPEATS; i++) runs.push(once(tool, pair))
  }
  const of = (key) => median(runs.map((run) => run[key]))
  const inside = tool === KEEPFIT ? (isOnce ? undefined : keepfitInside(pair)) : of('inside')
  const result = {
    tool,
    seconds: of('seconds'),
    inside,
    peak: Math.max(...runs.map(({ peak }) => peak)),
    runs: runs.length,
    load,
  }
  log(`${tool}: ${result.seconds.toFixed(2)} s, ${(result.peak / 1e9).toFixed(2)} GB, load ${result.load.toFixed(1)}`)
  return result
}

const number = (x) => x.toLocaleString('en')
const two = (x) => (x === undefined ? '–' : x < 10 ? x.toFixed(2) : x.toFixed(1))
const row = (...cells) => `| ${cells.join(' | ')} |`
const head = (...cells) => [row(...cells), `|${cells.map(() => '---').join('|')}|`]

function comparisonTable({ file, results }) {
  const ours = results.find(({ tool }) => tool === KEEPFIT)
  return [
    '',
    `## ${file.name}`,
    '',
    ...head('tool', 'whole process, s', 'of it the work, s', 'peak memory, GB', 'Keepfit is faster by'),
    ...results.map(({ tool, seconds, inside, peak, runs, load }) =>
      row(
        tool,
        `${two(seconds)}${runs === 1 ? ' (one run)' : ''}${load > BUSY_LOAD ? ` (machine busy: load ${load.toFixed(1)})` : ''}`,
        two(inside),
        two(peak / 1e9),
        tool === KEEPFIT ? '' : `${two(seconds / ours.seconds)} ×`,
      ),
    ),
  ]
}

function targets(comparisons) {
  const time = (results, tool) => results.find((one) => one.tool === tool)?.seconds
  const lines = comparisons.map(({ file, results }) => {
    const ratio = time(results, KEEPFIT) / time(results, POLARS)
    return row(`Keepfit ÷ polars, ${file.name}`, '≤ 2.5', two(ratio), ratio <= 2.5 ? 'yes' : '**no**')
  })
  const first = comparisons[0]?.results ?? []
  for (const [tool, least] of [
    ['Evidently', 80],
    ['SciPy, p < .05', 3],
  ]) {
    const slower = time(first, tool)
    if (slower === undefined) continue
    const ratio = slower / time(first, KEEPFIT)
    lines.push(row(`${tool} ÷ Keepfit, ${FILES[0].name}`, `≥ ${least}`, two(ratio), ratio >= least ? 'yes' : '**no**'))
  }
  return lines
}

function page({ comparisons, ladders, largest, load }) {
  const isQuiet = load < QUIET_LOAD
  return [
    '# How long a check takes',
    '',
    `\`node bench/check-speed.mjs${values.full ? ' --full' : ''}${values.quick ? ' --quick' : ''}\` makes this page.${values.quick ? ` **Quick: a ${shrink}th of the rows, not to be quoted.**` : ''}`,
    '',
    `From two Parquet files (made by the bench, uncorrelated columns; every third number log-normal, categories of 5 to 80 levels, every fifth number shifted by .1 sd) to the verdict. *Whole process*: a fresh process, wall time, the median of ${REPEATS} after one that is thrown away; NannyML, deepchecks, whylogs and Evidently, the rows of growth below, and what takes longer than ${WARM_SECONDS} s ran once. *The work*: reading the files and comparing, without the start of the process and imports; of Keepfit the second check in one process. *Peak memory*: largest resident set.`,
    'Files were in the page cache. All tools could use both cores as they please, at their defaults.',
    '',
    'What they do is not the same. The PSI passes of polars and DuckDB were written for this bench to be as fast as we could make them; they compute ten-bin PSI and nothing else. SciPy: KS and chi-squared. Keepfit: KS, Mann–Whitney, spread, PSI, nulls, categories, units in one pass over histograms (distances at most .01 below those of the values). Evidently’s, NannyML’s, whylogs’ and deepchecks’ time is that of `peers/*_drift.py`, which include no rendering of reports; deepchecks samples 100,000 rows.',
    'Left out: importance and performance (no label or prediction in these files), CSV, other machines, cold disks.',
    '',
    ...head('target', 'wanted', 'measured', 'met'),
    ...targets(comparisons),
    ...missing(comparisons),
    ...(largest === null
      ? []
      : [
          row(
            `peak memory, ${number(LARGEST.rows)} × ${LARGEST.numeric}`,
            '< 2 GB',
            `${two(largest.peak / 1e9)} GB`,
            largest.peak < MOST_MEMORY ? 'yes' : '**no**',
          ),
        ]),
    ...comparisons.flatMap(comparisonTable),
    '',
    '## Does Keepfit grow in step?',
    '',
    ...head('file', 'whole process, s', 'ns a value (both files)', 'peak memory, GB'),
    ...ladders.map(({ rows, numeric, seconds, peak, load }) =>
      row(
        `${number(rows)} × ${numeric}${load > BUSY_LOAD ? ` (machine busy: load ${load.toFixed(1)})` : ''}`,
        two(seconds),
        two((1e9 * seconds) / (2 * rows * numeric)),
        two(peak / 1e9),
      ),
    ),
    '',
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}. Load average when the measuring began: ${load.toFixed(1)}${isQuiet ? '' : '; **the machine was not quiet**'}. The other tools, each in an environment of its own:`,
    '',
    ...versionsOf(values.venvs).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

/** Waits up to five minutes for others to be done. */
async function quiet() {
  for (let i = 0; i < 30 && loadavg()[0] >= QUIET_LOAD && !values.quick; i++) await setTimeout(10_000)
  return loadavg()[0]
}

/** What this run did not get to, so that a reader does not take its absence for a result. */
function missing(comparisons) {
  const first = comparisons[0]?.results ?? []
  if (first.some(({ tool }) => tool === 'Evidently')) return []
  return [row(`Evidently ÷ Keepfit, ${FILES[0].name}`, '≥ 80', 'not run here: it takes --full', 'unknown')]
}

function compare() {
  const comparisons = FILES.map((file) => ({ file, results: [] }))
  for (const { file, results } of comparisons) {
    const pair = make(file)
    log(file.name)
    for (const tool of FAST) results.push(measure(tool, pair))
  }
  return comparisons
}

/** One run each, the slowest last; `after` is called whenever there is something more to show. */
function compareSlow(comparisons, after) {
  const jobs = SLOW.flatMap((tool) => comparisons.map(({ file, results }) => ({ tool, file, results })))
  const minutes = ({ tool, file }) => (tool === 'Evidently' ? file.rows * (file.numeric + file.categories) : 0)
  for (const { tool, file, results } of jobs.sort((a, b) => minutes(a) - minutes(b))) {
    if (tool === 'Evidently' && file === FILES[0] && !values.full) continue
    results.push(measure(tool, make(file), { isOnce: true }))
    after()
  }
}

function growth() {
  const seen = new Map()
  for (const step of LADDERS.flatMap(({ steps }) => steps)) {
    const key = `${step.rows}-${step.numeric}`
    if (seen.has(key)) continue
    const pair = make(step)
    const { seconds, peak, load } = measure(KEEPFIT, pair, { isOnce: true })
    seen.set(key, { ...step, rows: Math.ceil(step.rows / shrink), seconds, peak, load })
    if (!FILES.some(({ rows, numeric }) => rows === step.rows && numeric === step.numeric))
      for (const path of pair) rmSync(path)
  }
  return [...seen.values()]
}

function largestFile() {
  const { bavail, bsize } = statfsSync(folder)
  const needed = (2.5 * LARGEST.rows * LARGEST.numeric * 8) / shrink
  if (bavail * bsize < 2 * needed) {
    log('not enough disk for the largest file')
    return null
  }
  const pair = make(LARGEST)
  const { seconds, peak, load } = measure(KEEPFIT, pair, { isOnce: true })
  for (const path of pair) rmSync(path)
  return { ...LARGEST, rows: Math.ceil(LARGEST.rows / shrink), seconds, peak, load }
}

mkdirSync(folder, { recursive: true })
try {
  const load = await quiet()
  const comparisons = compare()
  const steps = growth()
  const largest = largestFile()
  const show = () => {
    const text = page({ comparisons, ladders: [...steps, ...(largest === null ? [] : [largest])], largest, load })
    if (!values.quick) writeFileSync(join(ROOT, 'bench', 'check-speed.md'), text)
    return text
  }
  compareSlow(comparisons, show)
  process.stdout.write(show())
} finally {
  if (values.files === undefined) rmSync(folder, { recursive: true, force: true })
}
