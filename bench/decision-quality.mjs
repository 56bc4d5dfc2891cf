/**
 * How well `keepfit check` and other tools tell planted drift from none, each at its defaults; writes decision-quality.md.
 *
 *   node bench/decision-quality.mjs [--venvs DIR] [--sizes 1000,10000,100000] [--big] [--tools 'A;B'] [--seconds 30]
 *
 * --big adds 1,000,000 rows for the fast tools. A slow tool gets --seconds for the files without drift of each size, and
 * the table says how many that were. Virtual environments with pinned versions are made where they are missing.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { answersOf, HERE, pythonOf, ROOT, TOOLS, versionsOf } from './peers/python-tools.mjs'

const { values } = parseArgs({
  options: {
    venvs: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000,100000' },
    big: { type: 'boolean', default: false },
    tools: { type: 'string' },
    seconds: { type: 'string', default: '30' },
  },
})
const BIG = 1_000_000
const SEEDS = [1, 2, 3, 4]
const COLUMNS = 55
const PLANTED = 11
/** Files without drift that are made; every tool judges as many as it has time for. */
const CLEAN_FILES = { 1000: 400, 10000: 200, 100000: 60, [BIG]: 10 }
const KEEPFIT = 'Keepfit'
const FAST = [KEEPFIT, 'SciPy, p < .05', 'SciPy, Bonferroni + null rates']
const LEFT_OUT = ['polars PSI pass', 'DuckDB PSI pass']
const sizes = [...values.sizes.split(',').map(Number), ...(values.big ? [BIG] : [])]
const known = [KEEPFIT, ...Object.keys(TOOLS)]
const unknown = values.tools?.split(';').filter((tool) => !known.includes(tool)) ?? []
if (unknown.length > 0) {
  console.error(`no tool is called '${unknown[0]}'; there are: ${known.join('; ')}`)
  process.exit(2)
}
const tools = (values.tools?.split(';') ?? known).filter((tool) => !LEFT_OUT.includes(tool))
const folder = join(tmpdir(), `keepfit-decision-quality-${process.pid}`)
const begin = performance.now()

function make(jobs) {
  const python = pythonOf('fast', values.venvs)
  const input = jobs.map((job) => JSON.stringify(job)).join('\n')
  const run = spawnSync(python, [join(HERE, 'make_quality.py')], { input, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
}

const pairOf = (at) => [join(at, 'reference.parquet'), join(at, 'current.parquet')]

function answerOfReport({ features }) {
  const named = (verdicts) => features.filter(({ verdict }) => verdicts.includes(verdict)).map(({ feature }) => feature)
  return { columns: named(['hurts', 'watch']), noise: named(['noise']) }
}

/** As a user runs it. */
function keepfitProcess([reference, current]) {
  const args = [join(ROOT, 'bin', 'keepfit'), 'check', reference, current, '--json']
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (run.status > 1) return { columns: [], noise: [], error: run.stderr }
  return answerOfReport(JSON.parse(run.stdout))
}

/** The same without starting a process each time, for hundreds of files. */
async function keepfitInProcess(pairs) {
  const { check } = await import(pathToFileURL(join(ROOT, 'dist', 'app', 'check.js')).href)
  const answers = []
  for (const [reference, current] of pairs) answers.push(answerOfReport(await check({ reference, current }, () => {})))
  return answers
}

/** What a tool says of the planted files, then of as many clean ones as it has time for. */
async function judge(tool, planted, clean) {
  if (tool === KEEPFIT) return { planted: planted.map(keepfitProcess), clean: await keepfitInProcess(clean) }
  const { venvs } = values
  return {
    planted: await answersOf(tool, planted, { venvs }),
    clean: await answersOf(tool, clean, { venvs, seconds: Number(values.seconds) }),
  }
}

function score(tool, { planted, clean }, truths) {
  const kinds = new Map()
  let falseAlarms = 0
  const noise = { planted: 0, clean: 0 }
  for (const [i, { columns, noise: trifles = [] }] of planted.entries()) {
    const truth = truths[i]
    for (const [column, kind] of Object.entries(truth)) {
      const of = kinds.get(kind) ?? { found: 0, noise: 0, all: 0 }
      of.all++
      if (columns.includes(column)) of.found++
      if (trifles.includes(column)) of.noise++
      kinds.set(kind, of)
    }
    falseAlarms += columns.filter((column) => !(column in truth)).length
    noise.planted += trifles.filter((column) => column in truth).length
    noise.clean += trifles.filter((column) => !(column in truth)).length
  }
  const errors = [...planted, ...clean].filter(({ error }) => error !== undefined)
  if (errors.length > 0) process.stderr.write(`${tool}: ${errors.length} errors, first: ${errors[0].error}\n`)
  return {
    tool,
    kinds,
    falseAlarms,
    noise,
    errors: errors.length,
    found: [...kinds.values()].reduce((sum, { found }) => sum + found, 0),
    files: clean.length,
    flaggedFiles: clean.filter(({ columns }) => columns.length > 0).length,
    flaggedColumns: clean.reduce((sum, { columns }) => sum + columns.length, 0),
    noiseColumns: clean.reduce((sum, { noise: trifles = [] }) => sum + trifles.length, 0),
  }
}

async function ofSize(rows) {
  const at = join(folder, String(rows))
  const plantedAt = SEEDS.map((seed) => join(at, `planted-${seed}`))
  const cleanAt = Array.from({ length: CLEAN_FILES[rows] ?? 40 }, (_, i) => join(at, `clean-${i}`))
  make([
    ...plantedAt.map((place, i) => [place, rows, SEEDS[i], true]),
    ...cleanAt.map((place, i) => [place, rows, 1000 + i, false]),
  ])
  const truths = plantedAt.map((place) => JSON.parse(readFileSync(join(place, 'planted.json'), 'utf8')))
  const waiting = tools.filter((tool) => rows < BIG || FAST.includes(tool))
  const scores = new Map(waiting.map((tool) => [tool, null]))
  // Two at a time: nobody's speed is measured here.
  const worker = async () => {
    for (let tool = waiting.shift(); tool !== undefined; tool = waiting.shift()) {
      const start = performance.now()
      const judged = await judge(tool, plantedAt.map(pairOf), cleanAt.map(pairOf))
      const scored = score(tool, judged, truths)
      scores.set(tool, scored)
      const took = ((performance.now() - start) / 1000).toFixed(0)
      process.stderr.write(`${rows} ${tool}: ${scored.found} found, ${scored.falseAlarms} false; ${took} s\n`)
    }
  }
  await Promise.all([worker(), worker()])
  rmSync(at, { recursive: true, force: true })
  return { rows, scores: [...scores.values()] }
}

const number = (x) => x.toLocaleString('en')
const row = (...cells) => `| ${cells.join(' | ')} |`
const head = (...cells) => [row(...cells), `|${cells.map(() => '---').join('|')}|`]
const share = (part, all) => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`)
const ORDER = ['mean', 'sd', '5 points', 'new', 'nulls', 'unit']
const rank = (kind) => ORDER.findIndex((start) => kind.startsWith(start))

function sizeSection({ rows, scores }) {
  const kinds = [...new Set(scores.flatMap((one) => [...one.kinds.keys()]))].sort(
    (a, b) => rank(a) - rank(b) || Number.parseFloat(a.slice(6)) - Number.parseFloat(b.slice(6)),
  )
  const all = SEEDS.length * PLANTED
  const cleanColumns = SEEDS.length * (COLUMNS - PLANTED)
  return [
    '',
    `## ${number(rows)} rows`,
    '',
    ...head(
      'tool',
      `planted found, of ${all}`,
      `clean columns flagged, of ${cleanColumns}`,
      'files without drift: with a flagged column',
      'columns flagged in them',
    ),
    ...scores.map(({ tool, found, falseAlarms, flaggedFiles, files, flaggedColumns, errors }) =>
      row(
        errors > 0 ? `${tool} (${errors} errors)` : tool,
        found,
        falseAlarms,
        `${flaggedFiles} of ${files} (${share(flaggedFiles, files)})`,
        share(flaggedColumns, files * COLUMNS),
      ),
    ),
    '',
    'Found, by what was planted:',
    '',
    ...head('planted', ...scores.map(({ tool }) => tool)),
    ...kinds.map((kind) =>
      row(
        kind,
        ...scores.map((one) => {
          const { found, noise, all: planted } = one.kinds.get(kind)
          return `${found} of ${planted}${noise > 0 ? ` (${noise} said to be noise)` : ''}`
        }),
      ),
    ),
    ...scores
      .filter(({ tool }) => tool === KEEPFIT)
      .flatMap(({ noise, noiseColumns, files }) => [
        '',
        `Keepfit said of ${noise.planted} planted and ${noise.clean} clean columns, and of ${noiseColumns} in the ${files} files without drift, that they changed by a trifle (noise); they do not count as flagged.`,
      ]),
  ]
}

function page(results) {
  return [
    '# Planted drift: who finds it, and who cries wolf',
    '',
    '`node bench/decision-quality.mjs` makes this page.',
    '',
    'Pairs of Parquet files of 55 columns: 14 normal, 13 log-normal, 13 of whole numbers (Poisson), 15 of categories (5 to 80 levels, frequencies 1/k). Both files of a pair have the same number of rows, drawn independently.',
    `In ${SEEDS.length} pairs of each size 11 columns (20 %) of the current file are changed: means by .05, .1, .25, .5 and 1 standard deviation (kinds of numbers taking turns), the standard deviation × 1.25, 5 points of rows from the most frequent category to the third, a new category in 2 % of rows,`,
    'nulls in 5 % and in 1 % of rows, numbers × 1,000 (in one of the four pairs with a single null in that column). In the *files without drift* nothing is changed.',
    '',
    'Each tool at its defaults, one verdict a column:',
    '',
    '- **Keepfit**: `keepfit check`, without label and prediction; flagged = `hurts` or `watch`. Planted files as processes, the many files without drift in one process.',
    '- **SciPy**: `ks_2samp` and `chi2_contingency` without nulls, p < .05; with care: also Fisher’s exact test of the null rates, .05 divided among all tests.',
    '- **Evidently**: `DataDriftPreset` (up to 1,000 rows tests, p < .05; beyond that normed Wasserstein and Jensen–Shannon, .1).',
    '- **NannyML**: `UnivariateDriftCalculator`, Jensen–Shannon in ten chunks a file. It judges chunks, not files; shown for a column with an alert in any chunk, and in most chunks.',
    '- **alibi-detect**: `TabularDrift`, the verdict by feature (p < .05; its Bonferroni correction holds for its verdict on the whole file, which names no column and is left out). Categories as codes, a null among them as a code of its own.',
    '- **whylogs**: `calculate_drift_scores`, category DRIFT (its POSSIBLE_DRIFT, p < .15, is not counted). **deepchecks**: `FeatureDrift` with its condition, KS or Cramér’s V above .2, at most 100,000 rows sampled by itself.',
    '',
    `Left out: dependence of rows, drift over time, changes of what the features mean, text, tuning of any tool (all have other methods and thresholds), and tools’ separate data-quality checks (a null spike is not what their *drift* checks look for). A tool that is slow judged only as many files without drift as it managed in ${values.seconds} s; the table says how many.`,
    ...results.flatMap(sizeSection),
    '',
    `Keepfit ${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version} on Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}; the whole run took ${((performance.now() - begin) / 60_000).toFixed(0)} minutes. The other tools, each in an environment of its own:`,
    '',
    ...versionsOf(values.venvs).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

mkdirSync(folder, { recursive: true })
try {
  const results = []
  for (const rows of sizes) {
    results.push(await ofSize(rows))
    // After each size: the largest takes longest, and may be ended.
    writeFileSync(join(ROOT, 'bench', 'decision-quality.md'), page(results))
  }
  process.stdout.write(page(results))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
