/** The other tools: what they are called, where their Python is, and how a pair of files is given to them. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const HERE = fileURLToPath(new URL('.', import.meta.url))
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const CACHE = join(ROOT, 'node_modules', '.cache', 'keepfit-bench')

const PINS = {
  fast: ['polars==2.1.0', 'duckdb==2.0.0', 'scipy==1.17.1', 'numpy==2.4.6', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  evid: ['evidently==0.7.23', 'pandas==2.3.3', 'pyarrow==26.0.1'],
  nanny: ['nannyml==0.13.1', 'pandas==2.3.3', 'pyarrow==26.0.1', 'statsmodels==0.15.0'],
  alibi: ['alibi-detect==0.13.0', 'numpy==1.26.4', 'pandas==2.3.3', 'pyarrow==17.0.0'],
  why: ['whylogs[viz]==1.6.4', 'pandas==2.3.3', 'pyarrow==26.0.1', 'setuptools<81'],
  deep: [
    'deepchecks==0.19.1',
    'scikit-learn==1.5.2',
    'numpy==1.26.4',
    'pandas==2.2.3',
    'pyarrow==17.0.0',
    'setuptools<81',
  ],
}

/** Name in the tables → virtual environment and module. */
export const TOOLS = {
  'polars PSI pass': { venv: 'fast', module: 'polars_psi' },
  'DuckDB PSI pass': { venv: 'fast', module: 'duckdb_psi' },
  'SciPy, p < .05': { venv: 'fast', module: 'scipy_plain' },
  'SciPy, Bonferroni + null rates': { venv: 'fast', module: 'scipy_careful' },
  Evidently: { venv: 'evid', module: 'evidently_drift' },
  'NannyML, any chunk': { venv: 'nanny', module: 'nannyml_drift' },
  'NannyML, most chunks': { venv: 'nanny', module: 'nannyml_most' },
  'alibi-detect': { venv: 'alibi', module: 'alibi_drift' },
  whylogs: { venv: 'why', module: 'whylogs_drift' },
  deepchecks: { venv: 'deep', module: 'deepchecks_drift' },
}

/** Tools want a quiet, offline run; nothing about it may be reported home. */
export const ENV = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', DO_NOT_TRACK: '1', NML_DISABLE_USAGE_LOGGING: '1' }

/** The Python of a virtual environment; made with pinned versions when it is missing. */
export function pythonOf(name, folder) {
  const venv = resolve(folder ?? join(CACHE, 'venvs'), name)
  const python = join(venv, 'bin', 'python')
  if (existsSync(python)) return python
  process.stderr.write(`making ${venv} …\n`)
  mkdirSync(venv, { recursive: true })
  const run = (command, args) => {
    const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
  }
  run('python3', ['-m', 'venv', venv])
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PINS[name]])
  return python
}

/** One process over many pairs: an answer a pair; fewer when `seconds` are over. */
export async function answersOf(tool, pairs, { venvs, seconds } = {}) {
  const { venv, module } = TOOLS[tool]
  const args = [join(HERE, 'run.py'), module, ...(seconds === undefined ? [] : [String(seconds)])]
  const run = spawn(pythonOf(venv, venvs), args, { env: ENV })
  let out = ''
  let complaint = ''
  run.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  run.stderr.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-2000)))
  // A tool whose time is over leaves the rest of its list unread.
  run.stdin.on('error', () => {})
  run.stdin.end(pairs.map((pair) => JSON.stringify(pair)).join('\n'))
  const [code] = await once(run, 'close')
  if (code !== 0) throw new Error(`${tool}: ${complaint}`)
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** What is installed, for the page: the packages that were asked for, as installed. */
export function versionsOf(venvs) {
  const script = 'import sys, importlib.metadata as m\nfor n in sys.argv[1:]: print(n, m.version(n))'
  return Object.entries(PINS).map(([name, pins]) => {
    const names = pins.map((pin) => pin.replace(/[[=<].*$/, '')).filter((one) => one !== 'setuptools')
    const run = spawnSync(pythonOf(name, venvs), ['-c', script, ...names], { encoding: 'utf8' })
    return run.stdout.trim().split('\n').join(', ')
  })
}
