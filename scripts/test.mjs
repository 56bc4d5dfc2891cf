/**
 * `npm test`: everything that must hold, from a bare clone. Installs, then: types, lint, lock file, tests, golden values
 * and ONNX models made again by the libraries that they come from. The last line is the count, alone. `npm test -- ks`
 * runs only the tests whose file matches. With CI=true a skipped test is a failure: what is skipped there is never run
 * anywhere.
 *
 * Exit codes: 0 all passed · 1 something failed · 3 this machine lacks something (Node, Python, a registry).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeComplaint } from '../bin/node-version.mjs'
import { installOnce } from './install.mjs'
import { preparedPython, preparePython } from './python.mjs'
import { TALLY_FILE_VARIABLE } from './tally-reporter.mjs'

const BROKEN = 3
const GOLDEN = 'test/golden/make_golden.py'
const GOLDEN_REQUIREMENTS = 'test/golden/requirements.txt'
const MODELS = 'test/onnx/make_models.py'
/** What tests drive as a user would: scikit-learn, exporters, other people's tools. */
const TOOLS_REQUIREMENTS = 'test/python/requirements.txt'
/** Tells the tests where the interpreter with those tools is. */
const PYTHON_VARIABLE = 'KEEPFIT_TEST_PYTHON'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isCi = process.env.CI === 'true'

function main(patterns) {
  const total = { passed: 0, failed: 0, skipped: [] }
  const complaint = nodeComplaint(process.versions.node) ?? installOnce(root)
  if (complaint !== undefined) return stop(complaint)

  if (patterns.length > 0) {
    // A few tests are not worth minutes of installation; those that miss the tools say so.
    add(total, vitest(patterns, preparedPython(root, TOOLS_REQUIREMENTS, 'tools')))
    return conclude(total)
  }

  const reference = preparePython(root, GOLDEN_REQUIREMENTS, 'golden')
  if (reference.complaint !== undefined) return stop(reference.complaint)
  const tools = preparePython(root, TOOLS_REQUIREMENTS, 'tools')
  if (tools.complaint !== undefined) return stop(tools.complaint)

  add(total, check('types', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']))
  add(total, check('lint', process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '.']))
  add(total, check('lock file', process.execPath, ['scripts/complete-lock.mjs', '--check']))
  add(total, vitest([], tools.python))
  add(total, check('golden values', reference.python, [GOLDEN, '--check']))
  add(total, check('ONNX models', tools.python, [MODELS, '--check']))
  return conclude(total)
}

/** A command that passes or fails as one. */
function check(title, command, args) {
  const hasPassed = run(title, command, args)
  return { passed: hasPassed ? 1 : 0, failed: hasPassed ? 0 : 1, skipped: [] }
}

function vitest(patterns, python) {
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-test-'))
  try {
    const file = join(folder, 'tally.json')
    const args = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=./scripts/tally-reporter.mjs',
    ]
    const env = { [TALLY_FILE_VARIABLE]: file, ...(python === undefined ? {} : { [PYTHON_VARIABLE]: python }) }
    const hasPassed = run('tests', process.execPath, [...args, ...patterns], env)
    const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: [] }
    // vitest may refuse for a reason that is no test's: a setup that failed, no file that matches.
    return !hasPassed && tally.failed === 0 ? { ...tally, failed: 1 } : tally
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(title, command, args, env = {}) {
  console.log(`\n── ${title}`)
  const startedAt = performance.now()
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (result.error !== undefined) console.error(result.error.message)
  console.log(`── ${title}: ${result.status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
  return result.status === 0
}

function add(total, part) {
  total.passed += part.passed
  total.failed += part.failed
  total.skipped.push(...part.skipped)
}

function conclude({ passed, failed, skipped }) {
  console.log('')
  for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`)
  const isRefused = isCi && skipped.length > 0
  if (isRefused) console.log('Skipped tests are failures here (CI=true).')
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
  return failed > 0 || isRefused ? 1 : 0
}

function stop(complaint) {
  console.error(`keepfit: ${complaint}`)
  return BROKEN
}

process.exitCode = main(process.argv.slice(2))
