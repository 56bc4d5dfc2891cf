/**
 * Gives the decisions of `keepfit backtest` to the independent referee and prints how they score.
 *
 *   node bench/referee.mjs --shared ../shared --cache DIR --python PYTHON [--only elec2,…] [--report TABLE.md]
 *
 * DIR holds the referee's loss matrices (its README says how to make them) and gets our decisions. Left out: the time a
 * training takes, and our own learner, for decisions are replayed on the referee's matrix.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const COSTS = '0.02,0.05,0.1,0.2,0.5,1,2'
const { values } = parseArgs({
  options: {
    shared: { type: 'string', default: join(ROOT, '..', 'shared') },
    cache: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    delay: { type: 'string', default: '0' },
    trainer: { type: 'string' },
    report: { type: 'string' },
  },
})
if (values.cache === undefined) throw new Error('--cache DIR is needed')
const shared = resolve(values.shared)
const cache = resolve(values.cache)
const referee = join(shared, 'referee')
const layoutFile = join(cache, 'layout.json')

function python(args) {
  const run = spawnSync(values.python, args, {
    cwd: referee,
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  if (run.status !== 0) throw new Error(`${args.join(' ')}\n${run.stderr}`)
  return run.stdout
}

if (!existsSync(layoutFile)) python(['score.py', '--set', `public=${cache}`, '--layout', layoutFile])
const layout = JSON.parse(readFileSync(layoutFile, 'utf8'))
const wanted = values.only?.split(',')
const decisions = new Map()
const out = join(cache, 'keepfit')
mkdirSync(out, { recursive: true })
const seconds = []
/** By stream: our own excess of each policy, the mean over the costs. */
const own = []

for (const [stream, shape] of Object.entries(layout)) {
  if (stream.endsWith(':bin') || (wanted && !wanted.includes(stream))) continue
  const file = ['.parquet', '.csv'].map((end) => join(shared, 'datasets', stream + end)).find(existsSync)
  const json = join(out, `${stream}.json`)
  // A hair above the ratio: the share is turned back into whole windows by rounding down.
  const warmup = String(shape.first_online / shape.batches + 1e-6)
  const args = [
    'backtest',
    file,
    '--label',
    'label',
    '--time',
    't',
    '--windows',
    String(shape.batches),
    '--warmup',
    warmup,
  ]
  args.push('--cost', COSTS, '--label-delay', values.delay, '--json', json)
  if (values.trainer) args.push('--trainer', values.trainer)
  if (stream.endsWith('_reg')) args.push('--task', 'regression')
  const begin = performance.now()
  const run = spawnSync(process.execPath, [join(ROOT, 'bin', 'keepfit'), ...args], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${stream}: ${run.stderr}`)
  seconds.push([stream, (performance.now() - begin) / 1000])
  const report = JSON.parse(readFileSync(json, 'utf8'))
  if (report.warmupWindows !== shape.first_online)
    throw new Error(`${stream}: warm-up ${report.warmupWindows}, not ${shape.first_online}`)
  const figures = report.policies.map(({ id, byCost }) => {
    const excess = Object.values(byCost).map((at) => at.excess)
    return [id, excess.reduce((sum, x) => sum + x, 0) / excess.length]
  })
  own.push({ stream, ...Object.fromEntries(figures) })
  for (const policy of report.policies) {
    const of = decisions.get(policy.id) ?? {}
    of[stream] = policy.byCost
    if (stream.endsWith('_reg')) of[`${stream}:bin`] = policy.byCost
    decisions.set(policy.id, of)
  }
  process.stderr.write(`${stream} ${seconds.at(-1)[1].toFixed(1)} s\n`)
}

const flags = []
for (const [id, of] of decisions) {
  const file = join(out, `decisions-${id}.json`)
  writeFileSync(file, JSON.stringify(of))
  flags.push('--decisions', file)
}
const text = python([
  'score.py',
  '--set',
  `public=${cache}`,
  '--data',
  join(shared, 'datasets'),
  ...flags,
  '--json',
  join(out, 'scores.json'),
])
const shown = text
  .split('\n')
  .filter(
    (line) =>
      !line.startsWith('| ') ||
      /policy \||product|never|oracle|periodic (own|transfer|hindsight)|PSI any default|decay default|always/.test(
        line,
      ),
  )
const OWN = ['never', 'avoidable-loss', 'avoidable-loss-since-change', 'avoidable-loss-no-reuse']
shown.push('', '## Our own matrix: excess a window, mean over the costs', '', `| stream | ${OWN.join(' | ')} |`)
shown.push(`|---${'|---'.repeat(OWN.length)}|`)
for (const row of own) shown.push(`| ${row.stream} | ${OWN.map((id) => row[id].toFixed(4)).join(' | ')} |`)
process.stdout.write(`${shown.join('\n')}\n`)
if (values.report) writeFileSync(values.report, `${shown.join('\n')}\n`)
