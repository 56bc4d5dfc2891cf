/** The Python side of the tests: virtual environments with what the tests compare with or drive, each made once. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OLDEST_MINOR = 11
const FOLDER = '.venv'

/**
 * @param {string} root the clone
 * @param {string} requirements path of the pinned requirements, inside the clone
 * @param {string} name the environment's own, below .venv: sets that change apart are installed apart
 * @returns {{ python: string } | { complaint: string }} the interpreter that has them
 */
export function preparePython(root, requirements, name) {
  const system = findPython()
  if (system === undefined) {
    return {
      complaint: `The tests compare with SciPy and need Python 3.${OLDEST_MINOR} or newer; none is on the PATH.`,
    }
  }
  const venv = join(FOLDER, name)
  const { python, stamp, wanted } = environmentOf(root, requirements, venv, system.version)
  if (isPrepared(python, stamp, wanted)) return { python }

  if (spawnSync(system.command, ['-c', 'import venv, ensurepip']).status !== 0) {
    return { complaint: 'Python has no venv module. On Debian and Ubuntu: apt-get install python3-venv' }
  }
  console.log(`Preparing ${venv} with ${requirements} …`)
  rmSync(join(root, venv), { recursive: true, force: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  const isReady = runs(root, system.command, ['-m', 'venv', venv]) && runs(root, python, pip)
  if (!isReady) return { complaint: `Python's packages of ${requirements} could not be installed; pip says why above.` }
  // Written last: an interrupted installation is done again.
  writeFileSync(stamp, wanted)
  return { python }
}

/** The interpreter that `preparePython` made earlier; undefined when it has to be made first. */
export function preparedPython(root, requirements, name) {
  const system = findPython()
  if (system === undefined) return undefined
  const { python, stamp, wanted } = environmentOf(root, requirements, join(FOLDER, name), system.version)
  return isPrepared(python, stamp, wanted) ? python : undefined
}

function environmentOf(root, requirements, venv, version) {
  const [bin, file] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']
  const digest = createHash('sha256').update(readFileSync(join(root, requirements)))
  return {
    python: join(root, venv, bin, file),
    stamp: join(root, venv, '.keepfit-requirements'),
    wanted: digest.update(version).digest('hex'),
  }
}

function isPrepared(python, stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && answers(python)
}

function findPython() {
  const probe = 'import sys; print("%d.%d.%d" % sys.version_info[:3])'
  for (const command of ['python3', 'python']) {
    const version = spawnSync(command, ['-c', probe], { encoding: 'utf8' }).stdout?.trim() ?? ''
    const [major, minor] = version.split('.').map(Number)
    if (major === 3 && minor >= OLDEST_MINOR) return { command, version }
  }
  return undefined
}

const answers = (python) => spawnSync(python, ['-c', '']).status === 0

const runs = (cwd, command, args) => spawnSync(command, args, { cwd, stdio: 'inherit' }).status === 0
